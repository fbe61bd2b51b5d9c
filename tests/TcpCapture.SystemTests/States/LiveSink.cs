using System.Collections.Concurrent;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States;

/// <summary>Keeps what a state source delivers.</summary>
internal sealed class LiveSink : IObservationSink
{
    public ConcurrentQueue<SocketSample> Samples { get; } = new();

    public ConcurrentQueue<KernelEvent> Traces { get; } = new();

    public BlockingCollection<SocketOwner> Owners { get; } = [];

    public void OnFrame(in Frame frame) => throw new InvalidOperationException("A state source delivers no frames.");

    public void OnCall(SocketCall call) => throw new InvalidOperationException("A state source delivers no calls.");

    public void OnSample(SocketSample sample) => Samples.Enqueue(sample);

    public void OnOwner(SocketOwner owner) => Owners.Add(owner);

    public void OnTrace(KernelEvent trace) => Traces.Enqueue(trace);

    public IEnumerable<TcpState> StatesOf(FourTuple end) =>
        Samples.Where(sample => sample.Local == end.Local && sample.Remote == end.Remote).Select(sample => sample.State);
}
