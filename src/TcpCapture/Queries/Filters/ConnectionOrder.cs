using TcpCapture.Model;
using TcpCapture.Queries;

namespace TcpCapture;

/// <summary>Orders connections by a column of connections.csv, or by trouble.</summary>
public sealed class ConnectionOrder : IComparer<Connection>
{
    private readonly ConnectionColumn? _column;
    private readonly bool _isDescending;

    private ConnectionOrder(ConnectionColumn? column, bool isDescending) => (_column, _isDescending) = (column, isDescending);

    /// <summary>
    /// Connections with trouble first: reset while open, then not opened (refused, unanswered), then with retransmissions, then the
    /// others. Within a kind by retransmissions, then by bytes.
    /// </summary>
    public static ConnectionOrder Trouble { get; } = new(null, true);

    /// <summary>The names that <see cref="TryParse"/> accepts.</summary>
    public static IReadOnlyList<string> Names { get; } = ["trouble", .. ConnectionColumn.All.Select(column => column.Name)];

    /// <summary>
    /// Parses <c>trouble</c> or a column's name, optionally followed by <c>:asc</c> or <c>:desc</c>. By default counts and durations
    /// are descending; connection numbers, times, addresses and words are ascending.
    /// </summary>
    /// <returns>The order; null if the text is not valid.</returns>
    public static ConnectionOrder? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        var direction = colon < 0 ? "" : text[(colon + 1)..];
        if (direction is not ("" or "asc" or "desc") || (colon >= 0 && direction.Length == 0)) return null;
        if (name == "trouble") return direction == "asc" ? new ConnectionOrder(null, false) : Trouble;
        if (ConnectionColumn.Find(name) is not { } column) return null;
        var isMeasure = column.Kind is ColumnKind.Count or ColumnKind.Bytes or ColumnKind.Seconds or ColumnKind.Milliseconds;
        isMeasure &= column.Name != "connection";
        return new ConnectionOrder(column, direction.Length == 0 ? isMeasure : direction == "desc");
    }

    /// <inheritdoc/>
    public int Compare(Connection? x, Connection? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = _column?.Compare(x, y) ?? CompareTrouble(x, y);
        if (order != 0) return _isDescending ? -order : order;
        return x.Number.CompareTo(y.Number);
    }

    /// <summary>For people: <c>those in trouble first</c>, <c>by retransmissions, the greatest first</c>.</summary>
    public override string ToString() => _column is null
        ? $"those in trouble {(_isDescending ? "first" : "last")}"
        : $"by {_column.Name}, {(_isDescending ? "the greatest" : "the least")} first";

    private static int CompareTrouble(Connection a, Connection b)
    {
        var order = TroubleOf(a).CompareTo(TroubleOf(b));
        if (order != 0) return order;
        order = (a.Client.Retransmissions + a.Server.Retransmissions).CompareTo(b.Client.Retransmissions + b.Server.Retransmissions);
        return order != 0 ? order : (a.Client.Bytes + a.Server.Bytes).CompareTo(b.Client.Bytes + b.Server.Bytes);
    }

    private static int TroubleOf(Connection connection)
    {
        var diagnosis = connection.Diagnosis;
        if (diagnosis.IsFailure)
            return diagnosis.Outcome is ConnectionOutcome.Refused or ConnectionOutcome.Unanswered or ConnectionOutcome.Rejected ? 3 : 4;
        if (diagnosis.Cause == Cause.Probe) return 2;
        return connection.Client.Retransmissions + connection.Server.Retransmissions > 0 ? 1 : 0;
    }
}

/// <summary>Keeps the first connections by an order; memory is bounded by their number.</summary>
internal sealed class ConnectionRanking
{
    private readonly ConnectionOrder _order;
    private readonly int _max;
    private readonly PriorityQueue<Connection, Connection> _kept;

    /// <summary>Creates a ranking.</summary>
    /// <param name="order">The order.</param>
    /// <param name="max">Maximum number to keep, from 0.</param>
    public ConnectionRanking(ConnectionOrder order, int max)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        (_order, _max) = (order, max);
        _kept = new PriorityQueue<Connection, Connection>(Comparer<Connection>.Create((x, y) => order.Compare(y, x)));
    }

    /// <summary>Number of connections added.</summary>
    public long Count { get; private set; }

    /// <summary>The first connections, in order.</summary>
    public IReadOnlyList<Connection> First => [.. _kept.UnorderedItems.Select(item => item.Element).Order(_order)];

    /// <summary>Adds a connection, in any order.</summary>
    public void Add(Connection connection)
    {
        Count++;
        if (_kept.Count < _max) _kept.Enqueue(connection, connection);
        else if (_max > 0 && _order.Compare(connection, _kept.Peek()) < 0) _kept.EnqueueDequeue(connection, connection);
    }
}
