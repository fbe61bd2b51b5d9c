namespace TcpCapture.Live.Calls.Processes;

/// <summary>The TCP sockets among the descriptors of one process, or of several that share a table.</summary>
internal sealed class DescriptorTable
{
    private readonly Dictionary<int, (ProgramSocket Socket, bool CloseOnExec)> _sockets = [];

    public int Users { get; set; } = 1; // number of threads that use the table

    /// <summary>The socket of a descriptor; null if the descriptor is not a known TCP socket.</summary>
    public ProgramSocket? Find(int descriptor) => _sockets.TryGetValue(descriptor, out var found) ? found.Socket : null;

    /// <summary>Assigns a socket to a descriptor; returns the socket that it replaces.</summary>
    public ProgramSocket? Set(int descriptor, ProgramSocket socket, bool closeOnExec)
    {
        var before = Remove(descriptor);
        _sockets[descriptor] = (socket, closeOnExec);
        socket.References++;
        return before;
    }

    public void SetCloseOnExec(int descriptor, bool closeOnExec)
    {
        if (_sockets.TryGetValue(descriptor, out var found)) _sockets[descriptor] = found with { CloseOnExec = closeOnExec };
    }

    public ProgramSocket? Remove(int descriptor)
    {
        if (!_sockets.Remove(descriptor, out var found)) return null;
        found.Socket.References--;
        return found.Socket;
    }

    /// <summary>The socket descriptors in a range, in ascending order.</summary>
    public int[] Between(uint first, uint last) =>
        [.. _sockets.Keys.Where(descriptor => (uint)descriptor >= first && (uint)descriptor <= last).Order()];

    /// <summary>The descriptors that execve closes, in ascending order.</summary>
    public int[] ClosedByExec() => [.. _sockets.Where(pair => pair.Value.CloseOnExec).Select(pair => pair.Key).Order()];

    public DescriptorTable Copy()
    {
        var copy = new DescriptorTable();
        foreach (var (descriptor, (socket, closeOnExec)) in _sockets) copy.Set(descriptor, socket, closeOnExec);
        return copy;
    }
}
