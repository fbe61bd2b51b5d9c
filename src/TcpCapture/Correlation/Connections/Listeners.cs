using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

internal sealed class Listeners
{
    private readonly Dictionary<Endpoint, Listener> _listeners = [];

    /// <summary>The listener that receives a SYN to <paramref name="server"/>: on its own address, else on the wildcard.</summary>
    public Listener? Find(Endpoint server)
    {
        if (_listeners.Count == 0) return null;
        var exact = _listeners.GetValueOrDefault(server);
        if (exact is { State: TcpState.Listen }) return exact;
        foreach (var (address, listener) in _listeners)
            if (address.Port == server.Port && address.IsAnyAddress && listener.State == TcpState.Listen) return listener;
        return exact;
    }

    /// <summary>The call that closed a listener on this address or its wildcard; event 0 for none.</summary>
    public EventRef ClosedAt(Endpoint server)
    {
        foreach (var (address, listener) in _listeners)
            if (address.Port == server.Port && (address == server || address.IsAnyAddress) && listener.Closed.Event != 0)
                return listener.Closed;
        return default;
    }

    public Listener GetOrAdd(Endpoint address)
    {
        if (!_listeners.TryGetValue(address, out var listener))
            _listeners.Add(address, listener = new Listener(address));
        return listener;
    }
}

/// <summary>A listening address.</summary>
internal sealed class Listener(Endpoint address)
{
    public Endpoint Address { get; } = address;

    public TcpState State { get; set; } = TcpState.Closed;

    /// <summary>When it entered <see cref="State"/>, within the bounds of that event.</summary>
    public Timestamp? StateSince { get; set; }

    public EventRef Closed { get; set; }

    /// <summary>Its kernel address, from the kernel event of LISTEN; 0 for none.</summary>
    public ulong SocketAddress { get; set; }

    public SocketSample? LastSample { get; set; }

    public bool IsFull => LastSample is { Kind: SocketKind.Listener } sample && sample.ReceiveQueue > sample.SendQueue;
}
