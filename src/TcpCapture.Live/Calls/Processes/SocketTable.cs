using System.Net;
using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>The TCP sockets of the programs by kernel address, with the addresses and states from kernel events.</summary>
/// <param name="settled">Called when the addresses of a socket have become known.</param>
internal sealed class SocketTable(Action<ProgramSocket> settled)
{
    private const int MaxForeignListeners = 4096;

    private readonly Dictionary<ulong, ProgramSocket> _sockets = [];
    private readonly Dictionary<Endpoint, AcceptQueue> _queues = [];
    private readonly Dictionary<ulong, (PendingConnection Child, AcceptQueue Queue)> _children = [];
    private readonly HashSet<Endpoint> _foreignListeners = [];
    private int _numbers;

    /// <summary>True if a socket was assigned a connection of another socket.</summary>
    public bool HasMisattributed { get; private set; }
    public int Count => _sockets.Count + _children.Count;

    public ProgramSocket Create(bool isAccepted, bool isMultipath = false) =>
        new(++_numbers, isAccepted) { IsMultipath = isMultipath };

    /// <summary>The socket at a kernel address; null if it is not a program's.</summary>
    public ProgramSocket? Find(ulong address) => _sockets.GetValueOrDefault(address);

    public void Forget(ProgramSocket socket)
    {
        if (_sockets.GetValueOrDefault(socket.Address) == socket) _sockets.Remove(socket.Address);
        if (socket.Queue is not { } queue) return;
        socket.Queue = null;
        if (socket.IsAccepted) queue.Settle(socket);
        if (socket.IsAccepted || --queue.Listeners > 0) return;
        foreach (var child in queue.Waiting) _children.Remove(child.Address);
        foreach (var (address, of) in _queues)
            if (of == queue) _queues.Remove(address);
    }

    /// <summary>Assigns the kernel address that a call on the socket reported; returns the socket at that address.</summary>
    public ProgramSocket Identify(ProgramSocket socket, ulong address)
    {
        if (address == 0 || socket.Address == address || socket.IsMultipath) return socket;
        if (socket.Address != 0)
        {
            // The earlier assignment was wrong. Rows already delivered cannot be corrected.
            HasMisattributed = true;
            if (socket is { IsAccepted: true, Queue: { } erring }) erring.IsShared = true;
            if (_sockets.GetValueOrDefault(socket.Address) == socket) _sockets.Remove(socket.Address);
            if (_sockets.TryGetValue(address, out var other)) return other;
            socket = Create(socket.IsAccepted);
        }

        if (_children.TryGetValue(address, out var waiting)) Settle(socket, waiting.Child, waiting.Queue);
        else Place(socket, address);
        return socket;
    }

    public void Accept(ProgramSocket listener, ProgramSocket accepted, Timestamp begin, Timestamp end)
    {
        if (listener.Queue is not { } queue) return;
        accepted.Queue = queue;
        if (queue.EndAccept(accepted, begin, end) is { } child) Settle(accepted, child, queue);
        else SettleDeduced(queue);
    }

    /// <summary>Applies a state change during <paramref name="call"/>, if any; returns the socket, or null if it is foreign.</summary>
    public ProgramSocket? Apply(KernelEvent change, TracedCall? call)
    {
        var address = change.SocketAddress;
        switch (change)
        {
            case { OldState: TcpState.Closed, NewState: TcpState.SynSent }:
                return Open(change, call, Side.Client);
            case { OldState: TcpState.Closed, NewState: TcpState.Listen }:
                return Open(change, call, Side.Server);
            case { OldState: TcpState.Listen, NewState: TcpState.SynRecv }:
                _sockets.Remove(address); // the kernel reuses the address
                AddChild(change);
                return null;
        }

        if (_sockets.TryGetValue(address, out var socket))
        {
            Follow(socket, change);
            return socket;
        }

        if (!_children.TryGetValue(address, out var waiting)) return null;
        Follow(waiting.Child, waiting.Queue, change);
        if (call is not { Socket: { IsAccepted: true, Address: 0 } own } || !IsClosersOwn(change)) return null;
        Settle(own, waiting.Child, waiting.Queue);
        return own;
    }

    /// <summary>True for a change that only the closing thread causes. A peer on this host may cause the others.</summary>
    private static bool IsClosersOwn(KernelEvent change) => change.NewState is TcpState.FinWait1 or TcpState.LastAck;

    private ProgramSocket? Open(KernelEvent change, TracedCall? call, Side side)
    {
        _sockets.Remove(change.SocketAddress); // the kernel reuses the address
        if (call is not { Name: "connect" or "send" or "listen", Socket: { IsAccepted: false } socket }
            || (call.Name == "listen") != (side == Side.Server))
        {
            if (side == Side.Server) NoteForeign(change.Local);
            return null;
        }

        socket.Side = side;
        socket.State = change.NewState ?? TcpState.Closed;
        if (change.Local.Port > 0) socket.Local = change.Local;
        if (side == Side.Client) socket.Remote = change.Remote;
        if (!socket.IsMultipath) Place(socket, change.SocketAddress);
        if (side == Side.Server && socket.Queue is null)
        {
            if (!_queues.TryGetValue(change.Local, out var queue))
            {
                queue = new AcceptQueue { IsShared = _foreignListeners.Contains(change.Local) };
                _queues.Add(change.Local, queue);
            }

            queue.Listeners++;
            socket.Queue = queue;
        }

        if (socket.IsSettled) settled(socket);
        return socket;
    }

    private void NoteForeign(Endpoint listener)
    {
        if (_foreignListeners.Count >= MaxForeignListeners) _foreignListeners.Clear();
        _foreignListeners.Add(listener);
        if (_queues.TryGetValue(listener, out var queue)) queue.IsShared = true;
    }

    private void Place(ProgramSocket socket, ulong address)
    {
        if (_sockets.GetValueOrDefault(socket.Address) == socket) _sockets.Remove(socket.Address);
        socket.Address = address;
        _sockets[address] = socket;
    }

    private void AddChild(KernelEvent change)
    {
        // The local address is still that of the listener.
        if (QueueOf(change.Local) is not { } queue) return;
        if (_children.Remove(change.SocketAddress, out var before)) before.Queue.Remove(before.Child);
        var child = new PendingConnection(change.SocketAddress, change.Time);
        _children[change.SocketAddress] = (child, queue);
        if (queue.Add(child) is { } forgotten) _children.Remove(forgotten.Address);
    }

    private AcceptQueue? QueueOf(Endpoint local)
    {
        if (_queues.Count == 0) return null;
        return _queues.GetValueOrDefault(local)
            ?? _queues.GetValueOrDefault(Endpoint.From(IPAddress.Any, local.Port))
            ?? _queues.GetValueOrDefault(Endpoint.From(IPAddress.IPv6Any, local.Port));
    }

    private void Follow(ProgramSocket socket, KernelEvent change)
    {
        var wasSettled = socket.IsSettled;
        socket.State = change.NewState ?? socket.State;
        if (change.Local.Port > 0) socket.Local ??= change.Local;
        if (change.Remote.Port > 0) socket.Remote ??= change.Remote;
        if (!wasSettled && socket.IsSettled) settled(socket);
    }

    private void Follow(PendingConnection child, AcceptQueue queue, KernelEvent change)
    {
        child.State = change.NewState ?? child.State;
        if (change.NewState == TcpState.Established)
        {
            child.Established = change.Time;
            child.Local = change.Local;
            child.Remote = change.Remote;
        }
        else if (change.NewState == TcpState.Closed && child.Established is null)
        {
            // The handshake failed: the connection never entered the queue.
            _children.Remove(child.Address);
            queue.Remove(child);
        }
    }

    private void Settle(ProgramSocket socket, PendingConnection child, AcceptQueue queue)
    {
        _children.Remove(child.Address);
        queue.Remove(child);
        queue.Settle(socket);
        var wasSettled = socket.IsSettled;
        Place(socket, child.Address);
        socket.Local = child.Local;
        socket.Remote = child.Remote;
        socket.State = child.State;
        if (!wasSettled && socket.IsSettled) settled(socket);
        SettleDeduced(queue);
    }

    private void SettleDeduced(AcceptQueue queue)
    {
        if (queue.Deduce() is var (socket, child)) Settle(socket, child, queue);
    }
}
