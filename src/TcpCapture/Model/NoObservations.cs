namespace TcpCapture.Model;

/// <summary>Takes observations and keeps none.</summary>
internal sealed class NoObservations : IObservationSink
{
    public static NoObservations Instance { get; } = new();

    public void OnFrame(in Frame frame)
    {
    }

    public void OnCall(SocketCall call)
    {
    }

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
