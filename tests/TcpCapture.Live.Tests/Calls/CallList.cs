using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Calls;

/// <summary>Keeps calls as they are delivered.</summary>
internal sealed class CallList : IObservationSink
{
    public List<SocketCall> Calls { get; } = [];

    public void OnFrame(in Frame frame)
    {
    }

    public void OnCall(SocketCall call) => Calls.Add(call);

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
