using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>Finds the process of an end: of several that hold a socket, calls show which one uses it.</summary>
internal sealed class ProcessNames
{
    private const int MaxNames = 65_536;

    private readonly Dictionary<int, string> _names = [];

    public void Note(SocketOwner owner)
    {
        if (_names.Count < MaxNames) _names.TryAdd(owner.ProcessId, owner.ProcessName);
    }

    /// <summary>Sets the owner of an end to the process that called it.</summary>
    public void Complete(ConnectionEnd end, Endpoint peer)
    {
        if ((end.User ?? end.Caller) is not { } call || call.ProcessId == end.Owner?.ProcessId) return;
        if (!_names.TryGetValue(call.ProcessId, out var name)) return;
        end.Owner = new SocketOwner(call.Begin, end.Address, peer, 0, call.ProcessId, name);
    }
}
