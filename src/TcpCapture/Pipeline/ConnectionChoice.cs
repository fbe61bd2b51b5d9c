using TcpCapture.Pipeline;

namespace TcpCapture;

/// <summary>Chooses the connections of capture files whose segments are in the timeline: none, all, or some by their numbers.</summary>
public sealed class ConnectionChoice
{
    private readonly Predicate<int> _includes;
    private readonly IReadOnlyList<int> _named;

    private ConnectionChoice(Predicate<int> includes, long? count, IReadOnlyList<int>? named = null) =>
        (_includes, Count, _named) = (includes, count, named ?? []);

    /// <summary>No connection; all of them are rows of connections.csv.</summary>
    public static ConnectionChoice None { get; } = new(_ => false, 0);

    /// <summary>All connections; the files grow with the capture.</summary>
    public static ConnectionChoice All { get; } = new(_ => true, null);

    /// <summary>The number of chosen connections, whether or not they exist; null for all.</summary>
    public long? Count { get; }

    /// <summary>True if no connection is chosen.</summary>
    public bool IsNone => Count == 0;

    /// <summary>Connections by their numbers, which count from 1 in the order in which connections begin.</summary>
    public static ConnectionChoice Of(IEnumerable<int> numbers)
    {
        var set = numbers.ToHashSet();
        return new ConnectionChoice(set.Contains, set.Count, [.. set.Order()]);
    }

    /// <summary>True if a connection is chosen.</summary>
    /// <param name="number">The number of the connection.</param>
    public bool Includes(int number) => _includes(number);

    /// <summary>The chosen numbers that do not exist.</summary>
    /// <param name="connections">The number of connections.</param>
    public IReadOnlyList<int> Beyond(long connections) => [.. _named.Where(number => number < 1 || number > connections)];

    internal static ConnectionChoice OfSet(NumberSet set) => set.Count == 0 ? None : new ConnectionChoice(set.Contains, set.Count);
}
