using TcpCapture.Model;
using TcpCapture.Queries;

namespace TcpCapture;

/// <summary>Which connection stands before which: by a column of connections.csv, or those in trouble first.</summary>
public sealed class ConnectionOrder : IComparer<Connection>
{
    private readonly ConnectionColumn? _column;
    private readonly bool _isDescending;

    private ConnectionOrder(ConnectionColumn? column, bool isDescending) => (_column, _isDescending) = (column, isDescending);

    /// <summary>
    /// Those in trouble first: reset while open, then not opened (refused, not answered), then with retransmissions, then the rest;
    /// of the same kind that with more retransmissions, then that with more bytes.
    /// </summary>
    public static ConnectionOrder Trouble { get; } = new(null, true);

    /// <summary>The names that <see cref="TryParse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["trouble", .. ConnectionColumn.All.Select(column => column.Name)];

    /// <summary>
    /// Reads <c>trouble</c>, or a column's name, perhaps with <c>:asc</c> or <c>:desc</c> behind it. Without, the most comes first
    /// of what is counted or measured, and the first of numbers of connections, times, addresses and words.
    /// </summary>
    /// <returns>Null if it is neither.</returns>
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
        if (connection.Reset is not null && connection.Established is null && !connection.BeganEarlier) return 2;
        if (connection.Reset is not null && connection.ConnState != ConnState.SF) return 3;
        if (connection.ConnState is ConnState.S0 or ConnState.SH or ConnState.SHR) return 2;
        return connection.Client.Retransmissions + connection.Server.Retransmissions > 0 ? 1 : 0;
    }
}

/// <summary>The first of many connections by an order, and no more memory than they take.</summary>
public sealed class ConnectionRanking
{
    private readonly ConnectionOrder _order;
    private readonly int _most;
    private readonly PriorityQueue<Connection, Connection> _kept;

    /// <summary>Prepares to rank.</summary>
    /// <param name="order">What stands first.</param>
    /// <param name="most">How many to keep, from 0.</param>
    public ConnectionRanking(ConnectionOrder order, int most)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        (_order, _most) = (order, most);
        _kept = new PriorityQueue<Connection, Connection>(Comparer<Connection>.Create((x, y) => order.Compare(y, x)));
    }

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>The first ones, in order.</summary>
    public IReadOnlyList<Connection> First => [.. _kept.UnorderedItems.Select(item => item.Element).Order(_order)];

    /// <summary>The next connection, in whatever order they come.</summary>
    public void Add(Connection connection)
    {
        Count++;
        if (_kept.Count < _most) _kept.Enqueue(connection, connection);
        else if (_most > 0 && _order.Compare(connection, _kept.Peek()) < 0) _kept.EnqueueDequeue(connection, connection);
    }
}
