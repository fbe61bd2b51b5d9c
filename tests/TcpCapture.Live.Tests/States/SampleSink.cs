using System.Collections.Concurrent;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States;

internal sealed class SampleSink : IObservationSink
{
    public ConcurrentQueue<SocketSample> Samples { get; } = new();

    public void OnFrame(in Frame frame) => throw new InvalidOperationException("A state source delivers no frames.");

    public void OnCall(SocketCall call) => throw new InvalidOperationException("A state source delivers no calls.");

    public void OnSample(SocketSample sample) => Samples.Enqueue(sample);

    public void OnOwner(SocketOwner owner) => throw new InvalidOperationException("No owners are expected.");

    public void OnTrace(KernelEvent trace) => throw new InvalidOperationException("No trace is expected.");
}
