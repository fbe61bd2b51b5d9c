using System.Net.NetworkInformation;
using TcpCapture.Model;
using ModelState = TcpCapture.Model.TcpState;
using SystemState = System.Net.NetworkInformation.TcpState;

namespace TcpCapture.Live.States.Portable;

/// <summary>
/// Looks in a copy of the system's connection table, taken at the begin of each round. Works everywhere .NET does.
/// </summary>
internal sealed class PortableLookup : ISocketLookup
{
    private readonly Dictionary<FourTuple, SocketSnapshot?> _connections = [];
    private readonly HashSet<Endpoint> _listeners = [];
    private Timestamp _begin;
    private Timestamp _end;
    private bool _isCurrent;

    /// <summary>A listening socket, of which the table tells no more.</summary>
    internal static SocketSnapshot Listening { get; } = View(ModelState.Listen, SocketKind.Listener);

    /// <summary>Null if the table can be read, otherwise what the system says.</summary>
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
                _connections[new FourTuple(local, Endpoint.From(connection.RemoteEndPoint))] = ToView(connection.State);
            }

            foreach (var listener in table.GetActiveTcpListeners()) _listeners.Add(Endpoint.From(listener));
        }
        catch (NetworkInformationException)
        {
            return; // every look of this round then counts as failed
        }

        _end = Timestamp.Now;
        _isCurrent = true;
    }

    public bool TrySample(in FourTuple end, out SocketReading reading)
    {
        // A connection in a state the system cannot name is there, but its view is no answer.
        SocketSnapshot? view = end.Remote.Port == 0 ? LookForListener(end.Local)
            : _connections.TryGetValue(end, out var found) ? found : SocketSnapshot.Absent;
        reading = new SocketReading(_begin, _end, view.GetValueOrDefault());
        return _isCurrent && view is not null;
    }

    public void Dispose()
    {
    }

    /// <summary>The view that a state of the system's table gives; null for a state it does not know itself.</summary>
    internal static SocketSnapshot? ToView(SystemState state) => state switch
    {
        SystemState.Closed or SystemState.DeleteTcb => SocketSnapshot.Absent,
        SystemState.Listen => View(ModelState.Listen, SocketKind.Listener),
        SystemState.SynSent => View(ModelState.SynSent, SocketKind.Full),
        SystemState.SynReceived => View(ModelState.SynRecv, SocketKind.Request),
        SystemState.Established => View(ModelState.Established, SocketKind.Full),
        SystemState.FinWait1 => View(ModelState.FinWait1, SocketKind.Full),
        SystemState.FinWait2 => View(ModelState.FinWait2, SocketKind.Full),
        SystemState.CloseWait => View(ModelState.CloseWait, SocketKind.Full),
        SystemState.Closing => View(ModelState.Closing, SocketKind.Full),
        SystemState.LastAck => View(ModelState.LastAck, SocketKind.Full),
        SystemState.TimeWait => View(ModelState.TimeWait, SocketKind.TimeWait),
        _ => null,
    };

    private static SocketSnapshot View(ModelState state, SocketKind kind) => new() { State = state, Kind = kind };

    private SocketSnapshot LookForListener(Endpoint address)
    {
        Span<byte> any = stackalloc byte[16];
        any.Clear();
        // A listener on :: most often takes IPv4 as well; that it does not is nowhere in the table.
        var isThere = _listeners.Contains(address)
            || _listeners.Contains(Endpoint.FromBytes(any, address.Port))
            || (!address.IsV6 && _listeners.Contains(Endpoint.FromBytes(any[..4], address.Port)));
        return isThere ? View(ModelState.Listen, SocketKind.Listener) : SocketSnapshot.Absent;
    }
}
