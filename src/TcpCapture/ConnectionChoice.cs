namespace TcpCapture;

/// <summary>Which connections of a capture are told segment by segment: none, all, or some by their numbers.</summary>
public sealed class ConnectionChoice
{
    private readonly IReadOnlySet<int>? _numbers;

    private ConnectionChoice(IReadOnlySet<int>? numbers) => _numbers = numbers;

    /// <summary>None: each is a row of connections.csv.</summary>
    public static ConnectionChoice None { get; } = new(new HashSet<int>());

    /// <summary>All: the files grow with the capture.</summary>
    public static ConnectionChoice All { get; } = new(null);

    /// <summary>True if none is chosen.</summary>
    public bool IsNone => _numbers is { Count: 0 };

    /// <summary>The numbers chosen; null for all.</summary>
    public IReadOnlySet<int>? Numbers => _numbers;

    /// <summary>Some, by their numbers, from 1 in the order in which they begin.</summary>
    public static ConnectionChoice Of(IEnumerable<int> numbers) => new(numbers.ToHashSet());

    /// <summary>True if a connection is chosen.</summary>
    /// <param name="number">Its number.</param>
    public bool Includes(int number) => _numbers is null || _numbers.Contains(number);
}
