using TcpCapture.Findings;

namespace TcpCapture.Queries.Filters;

/// <summary>The first of many connections by an order, and no more memory than they take.</summary>
public sealed class ConnectionRanking
{
    private readonly ConnectionOrder _order;
    private readonly int _most;
    private readonly PriorityQueue<ConnectionReport, ConnectionReport> _kept;

    /// <summary>Prepares to rank.</summary>
    /// <param name="order">What stands first.</param>
    /// <param name="most">How many to keep, from 0.</param>
    public ConnectionRanking(ConnectionOrder order, int most)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        (_order, _most) = (order, most);
        _kept = new PriorityQueue<ConnectionReport, ConnectionReport>(Comparer<ConnectionReport>.Create((x, y) => order.Compare(y, x)));
    }

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    /// <summary>The first ones, in order.</summary>
    public IReadOnlyList<ConnectionReport> First => [.. _kept.UnorderedItems.Select(item => item.Element).Order(_order)];

    /// <summary>The next connection, in whatever order they come.</summary>
    public void Add(ConnectionReport report)
    {
        Count++;
        if (_kept.Count < _most) _kept.Enqueue(report, report);
        else if (_most > 0 && _order.Compare(report, _kept.Peek()) < 0) _kept.EnqueueDequeue(report, report);
    }
}
