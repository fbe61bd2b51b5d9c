using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// Which process an end belongs to: by the calls the one that uses it, which of all that hold it, such as a server and the
/// child that it has forked, no sample can tell. Without calls it is the one that a sample found while the socket was open.
/// </summary>
internal sealed class ProcessNames
{
    private const int MostNames = 65_536;

    private readonly Dictionary<int, string> _names = [];

    public void Note(SocketOwner owner)
    {
        if (_names.Count < MostNames) _names.TryAdd(owner.ProcessId, owner.ProcessName);
    }

    /// <summary>Completes an end of which the calls tell the process, whose name another observation knows.</summary>
    public void Complete(ConnectionEnd end, Endpoint peer)
    {
        if ((end.User ?? end.Caller) is not { } call || call.ProcessId == end.Owner?.ProcessId || !_names.TryGetValue(call.ProcessId, out var name)) return;
        end.Owner = new SocketOwner(call.Begin, end.Address, peer, 0, call.ProcessId, name);
    }
}
