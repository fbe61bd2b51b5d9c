using System.Collections;
using System.Net;
using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.Live.Observation;

/// <summary>
/// Finds the listeners to look at: those that were listed, and for a port of which none was, the one that a SYN goes to.
/// </summary>
internal sealed class ListenerWatch(IStateSource states)
{
    /// <summary>A scan of the ports must not become as many looks.</summary>
    private const int MostByTraffic = 256;

    private readonly HashSet<IPAddress> _own = HostFacts.OwnAddresses();
    private readonly BitArray _known = new(1 << 16);
    private readonly Lock _gate = new();
    private int _byTraffic;

    /// <summary>A listener was listed; it is watched already.</summary>
    public void Found(Endpoint listener)
    {
        lock (_gate) _known[listener.Port] = true;
    }

    /// <summary>A SYN passed on its way to <paramref name="server"/>.</summary>
    public void OnSyn(Endpoint server)
    {
        lock (_gate)
        {
            if (_known[server.Port] || _byTraffic == MostByTraffic) return;
            _known[server.Port] = true;
            _byTraffic++;
        }

        var address = server.ToIPAddress();
        if (IPAddress.IsLoopback(address) || _own.Contains(address)) states.WatchListener(server); // of another host's no look tells anything
    }
}
