using System.Net.NetworkInformation;
using TcpCapture.Model;
using ModelState = TcpCapture.Model.TcpState;
using SystemState = System.Net.NetworkInformation.TcpState;

namespace TcpCapture.Live.States.Portable;

/// <summary>Finds sockets in the system's connection table, which is read once a round; works on every system .NET supports.</summary>
internal sealed class PortableLookup : ISocketLookup
{
    private readonly Dictionary<FourTuple, SocketSnapshot?> _connections = [];
    private readonly HashSet<Endpoint> _listeners = [];
    private Timestamp _begin;
    private Timestamp _end;
    private bool _isCurrent;

    /// <summary>A listener; the table has no further details.</summary>
    internal static SocketSnapshot Listening { get; } = Snapshot(ModelState.Listen, SocketKind.Listener);

    /// <summary>Reads the table; returns the system's error message if that fails, otherwise null.</summary>
    public static string? Probe()
    {
        try
        {
            IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
            return null;
        }
        catch (Exception exception) when (exception is NetworkInformationException or PlatformNotSupportedException)
        {
            return exception.Message;
        }
    }

    public void BeginRound()
    {
        _isCurrent = false;
        _connections.Clear();
        _listeners.Clear();
        _begin = Timestamp.Now;
        try
        {
            var table = IPGlobalProperties.GetIPGlobalProperties();
            foreach (var connection in table.GetActiveTcpConnections())
            {
                var local = Endpoint.From(connection.LocalEndPoint);
                _connections[new FourTuple(local, Endpoint.From(connection.RemoteEndPoint))] = ToSnapshot(connection.State);
            }

            foreach (var listener in table.GetActiveTcpListeners()) _listeners.Add(Endpoint.From(listener));
        }
        catch (NetworkInformationException)
        {
            return; // every sample of this round counts as failed
        }

        _end = Timestamp.Now;
        _isCurrent = true;
    }

    public bool TrySample(in FourTuple end, out SocketReading reading)
    {
        // A connection in a state that the system cannot name exists, but its state is unknown.
        SocketSnapshot? snapshot = end.Remote.Port == 0 ? FindListener(end.Local)
            : _connections.TryGetValue(end, out var found) ? found : SocketSnapshot.Absent;
        reading = new SocketReading(_begin, _end, snapshot.GetValueOrDefault());
        return _isCurrent && snapshot is not null;
    }

    public void Dispose()
    {
    }

    /// <summary>Maps a state of the table; null if the system does not know the state.</summary>
    internal static SocketSnapshot? ToSnapshot(SystemState state) => state switch
    {
        SystemState.Closed or SystemState.DeleteTcb => SocketSnapshot.Absent,
        SystemState.Listen => Listening,
        SystemState.SynSent => Snapshot(ModelState.SynSent, SocketKind.Full),
        SystemState.SynReceived => Snapshot(ModelState.SynRecv, SocketKind.Request),
        SystemState.Established => Snapshot(ModelState.Established, SocketKind.Full),
        SystemState.FinWait1 => Snapshot(ModelState.FinWait1, SocketKind.Full),
        SystemState.FinWait2 => Snapshot(ModelState.FinWait2, SocketKind.Full),
        SystemState.CloseWait => Snapshot(ModelState.CloseWait, SocketKind.Full),
        SystemState.Closing => Snapshot(ModelState.Closing, SocketKind.Full),
        SystemState.LastAck => Snapshot(ModelState.LastAck, SocketKind.Full),
        SystemState.TimeWait => Snapshot(ModelState.TimeWait, SocketKind.TimeWait),
        _ => null,
    };

    private static SocketSnapshot Snapshot(ModelState state, SocketKind kind) => new() { State = state, Kind = kind };

    private SocketSnapshot FindListener(Endpoint address)
    {
        Span<byte> any = stackalloc byte[16];
        any.Clear();
        // A listener on :: usually accepts IPv4 too. The table does not show whether it does.
        var isThere = _listeners.Contains(address)
            || _listeners.Contains(Endpoint.FromBytes(any, address.Port))
            || (!address.IsV6 && _listeners.Contains(Endpoint.FromBytes(any[..4], address.Port)));
        return isThere ? Listening : SocketSnapshot.Absent;
    }
}
