using TcpCapture.Pipeline;
namespace TcpCapture;

/// <summary>Which connections of a capture are told segment by segment: none, all, or some by their numbers.</summary>
public sealed class ConnectionChoice
{
    private readonly Predicate<int> _includes;
    private readonly IReadOnlyList<int> _named;

    private ConnectionChoice(Predicate<int> includes, long? count, IReadOnlyList<int>? named = null) => (_includes, Count, _named) = (includes, count, named ?? []);

    /// <summary>None: each is a row of connections.csv.</summary>
    public static ConnectionChoice None { get; } = new(_ => false, 0);

    /// <summary>All: the files grow with the capture.</summary>
    public static ConnectionChoice All { get; } = new(_ => true, null);

    /// <summary>How many are chosen, whether or not there are as many; null for all.</summary>
    public long? Count { get; }

    /// <summary>True if none is chosen.</summary>
    public bool IsNone => Count == 0;

    /// <summary>Some, by their numbers, from 1 in the order in which they begin.</summary>
    public static ConnectionChoice Of(IEnumerable<int> numbers)
    {
        var set = numbers.ToHashSet();
        return new ConnectionChoice(set.Contains, set.Count, [.. set.Order()]);
    }

    /// <summary>True if a connection is chosen.</summary>
    /// <param name="number">Its number.</param>
    public bool Includes(int number) => _includes(number);

    /// <summary>Those numbers that were given that no connection has.</summary>
    /// <param name="connections">How many there are.</param>
    public IReadOnlyList<int> Beyond(long connections) => [.. _named.Where(number => number < 1 || number > connections)];

    /// <summary>Those in a set.</summary>
    internal static ConnectionChoice OfSet(NumberSet set) => set.Count == 0 ? None : new ConnectionChoice(set.Contains, set.Count);
}
