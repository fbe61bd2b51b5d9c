using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>The observed connections to one server, each of which occupies a local port.</summary>
/// <param name="Server">The server.</param>
/// <param name="Time">When they were counted.</param>
/// <param name="TimeWait">Connections whose client was in TIME_WAIT.</param>
/// <param name="Open">Connections whose client had any other state but CLOSED.</param>
/// <param name="Holders">The processes with the most of the open ones, and their number; the largest first.</param>
internal sealed record PortUse(
    Endpoint Server, Timestamp Time, int TimeWait, int Open, IReadOnlyList<(SocketOwner Owner, int Count)> Holders)
{
    public const long MinIntervalNanoseconds = 1_000_000_000;

    private const int MaxHolders = 3;

    public static PortUse Count(IEnumerable<Connection> connections, Endpoint server, Timestamp now)
    {
        var (waiting, open) = (0, 0);
        var holders = new Dictionary<int, (SocketOwner Owner, int Count)>();
        foreach (var connection in connections)
        {
            var client = connection.Client;
            if (connection.Server.Address != server || client.State == TcpState.Closed) continue;
            if (client.State == TcpState.TimeWait) waiting++;
            else open++;
            if (client.State != TcpState.TimeWait && client.Owner is { } owner)
                holders[owner.ProcessId] = (owner, holders.GetValueOrDefault(owner.ProcessId).Count + 1);
        }

        return new PortUse(server, now, waiting, open, [.. holders.Values.OrderByDescending(holder => holder.Count).Take(MaxHolders)]);
    }
}
