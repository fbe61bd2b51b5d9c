using System.Collections.Concurrent;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Calls;

/// <summary>Keeps the calls of traced programs.</summary>
internal sealed class CallSink : IObservationSink
{
    private readonly ConcurrentQueue<SocketCall> _deliveries = [];

    /// <summary>Everything delivered, in order.</summary>
    public IReadOnlyCollection<SocketCall> Deliveries => _deliveries;

    /// <summary>Each call once, as it was delivered last, in the order of their begins.</summary>
    public SocketCall[] Calls => [.. _deliveries.GroupBy(call => (call.Id, call.Socket)).Select(g => g.Last()).OrderBy(call => call.Id)];

    public void OnFrame(in Frame frame)
    {
    }

    public void OnCall(SocketCall call) => _deliveries.Enqueue(call);

    public void OnSample(SocketSample sample)
    {
    }

    public void OnOwner(SocketOwner owner)
    {
    }

    public void OnTrace(KernelEvent trace)
    {
    }
}
