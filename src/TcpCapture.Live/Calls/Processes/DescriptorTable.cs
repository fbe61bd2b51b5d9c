namespace TcpCapture.Live.Calls.Processes;

/// <summary>The TCP sockets among the descriptors of one process, or of several that share a table.</summary>
internal sealed class DescriptorTable
{
    private readonly Dictionary<int, (ProgramSocket Socket, bool CloseOnExec)> _sockets = [];

    /// <summary>Threads that use it.</summary>
    public int Users { get; set; } = 1;

    /// <summary>Sockets in it.</summary>
    public int Count => _sockets.Count;

    /// <summary>The socket of a descriptor; null if it is none, or none that is known.</summary>
    public ProgramSocket? Find(int descriptor) => _sockets.TryGetValue(descriptor, out var found) ? found.Socket : null;

    /// <summary>A descriptor stands for a socket from now on. What it stood for before is returned: nothing keeps it here.</summary>
    public ProgramSocket? Set(int descriptor, ProgramSocket socket, bool closeOnExec)
    {
        var before = Remove(descriptor);
        _sockets[descriptor] = (socket, closeOnExec);
        socket.References++;
        return before;
    }

    /// <summary>Sets whether exec closes a descriptor.</summary>
    public void SetCloseOnExec(int descriptor, bool closeOnExec)
    {
        if (_sockets.TryGetValue(descriptor, out var found)) _sockets[descriptor] = found with { CloseOnExec = closeOnExec };
    }

    /// <summary>A descriptor stands for nothing any more.</summary>
    /// <returns>The socket it stood for.</returns>
    public ProgramSocket? Remove(int descriptor)
    {
        if (!_sockets.Remove(descriptor, out var found)) return null;
        found.Socket.References--;
        return found.Socket;
    }

    /// <summary>The descriptors of sockets between two numbers, in their order.</summary>
    public int[] Between(uint first, uint last) =>
        [.. _sockets.Keys.Where(descriptor => (uint)descriptor >= first && (uint)descriptor <= last).Order()];

    /// <summary>The descriptors that exec closes, in their order.</summary>
    public int[] ClosedByExec() => [.. _sockets.Where(pair => pair.Value.CloseOnExec).Select(pair => pair.Key).Order()];

    /// <summary>A copy, as fork makes one.</summary>
    public DescriptorTable Copy()
    {
        var copy = new DescriptorTable();
        foreach (var (descriptor, (socket, closeOnExec)) in _sockets) copy.Set(descriptor, socket, closeOnExec);
        return copy;
    }
}
