using System.Collections;
using System.Net;
using TcpCapture.Live.Programs;
using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.Live.Observation;

/// <summary>Finds listeners that were not listed at the start, by the destinations of SYNs, and has them sampled.</summary>
internal sealed class ListenerWatch(IStateSource states)
{
    private const int MaxByTraffic = 256; // limits the samples that a port scan can cause

    private readonly HashSet<IPAddress> _own = LocalAddresses.Read();
    private readonly BitArray _known = new(1 << 16);
    private readonly Lock _gate = new();
    private int _byTraffic;

    /// <summary>Adds a listener that was listed and is already sampled.</summary>
    public void Found(Endpoint listener)
    {
        lock (_gate) _known[listener.Port] = true;
    }

    public void OnSyn(Endpoint server)
    {
        lock (_gate)
        {
            if (_known[server.Port] || _byTraffic == MaxByTraffic) return;
            _known[server.Port] = true;
            _byTraffic++;
        }

        var address = server.ToIPAddress();
        if (IPAddress.IsLoopback(address) || _own.Contains(address)) states.WatchListener(server); // only this host's can be sampled
    }
}
