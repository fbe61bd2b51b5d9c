namespace TcpCapture.Queries.Filters;

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
