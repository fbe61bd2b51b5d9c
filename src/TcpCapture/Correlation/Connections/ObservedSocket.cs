using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Segments;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>A socket as calls, samples and kernel events show it; an end known only by segments has none.</summary>
internal sealed class ObservedSocket
{
    public SocketOwner? Owner { get; set; }
    public SocketSample? LastSample { get; set; }
    public bool IsTraced { get; set; }
    public ulong SocketAddress { get; set; }
    public long ConnectEvent { get; set; }
    public Timestamp? ConnectTime { get; set; }
    public bool HasConnected { get; set; }
    public ClosingCall Closing { get; set; }
    public SocketCall? Caller { get; set; }
    public SocketCall? User { get; set; }
    public SocketEntry? Socket { get; set; }
    public SequenceLedger Written { get; } = new();
    public long SendInProgress { get; set; }
    public long BytesRead { get; set; }
    public FailedCall Failed { get; set; }
    public KernelError? KernelError { get; set; }
}
