using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>
/// Which process an end belongs to. Looks find it while the socket is open and somebody holds it; of a socket that is closed
/// sooner, the calls still tell the process, and another socket of that process its name.
/// </summary>
internal sealed class ProcessNames
{
    private const int MostNames = 4096;

    private readonly Dictionary<int, string> _names = [];

    public void Note(SocketOwner owner)
    {
        if (_names.Count < MostNames) _names.TryAdd(owner.ProcessId, owner.ProcessName);
    }

    /// <summary>Completes an end of which only the calls told the process.</summary>
    public void Complete(ConnectionEnd end, Endpoint peer)
    {
        if (end.Owner is not null || end.Caller is not { } call || !_names.TryGetValue(call.ProcessId, out var name)) return;
        end.Owner = new SocketOwner(call.Begin, end.Address, peer, 0, call.ProcessId, name);
    }
}
