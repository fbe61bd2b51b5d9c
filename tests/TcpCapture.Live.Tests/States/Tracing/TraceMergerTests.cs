using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States.Tracing;

[SupportedOSPlatform("linux")]
public class TraceMergerTests
{
    /// <summary>The buffers of CPUs are read one after the other, so a listener's end can be read before its begin.</summary>
    [Fact]
    public void AListenerClosedOnAnotherCpuIsRecognised()
    {
        var merger = new TraceMerger(new TraceNamespace(_ => null));
        merger.Add(Change(TcpState.Listen, TcpState.Closed, 2, cpu: 0));
        merger.Add(Change(TcpState.Closed, TcpState.Listen, 1, cpu: 1));
        var states = Delivered(merger).Select(trace => (trace.Ordinal, trace.NewState!.Value));
        Assert.Equal([(1L, TcpState.Listen), (2L, TcpState.Closed)], states);
    }

    [Fact]
    public void EventsOfOtherNamespacesAreDroppedAndNotNumbered()
    {
        var merger = new TraceMerger(new TraceNamespace(thread => thread == 2));
        merger.Add(Change(TcpState.Closed, TcpState.SynSent, 1, thread: 2, socket: 0xF));
        merger.Add(Change(TcpState.SynSent, TcpState.Established, 3, thread: 2, socket: 0xF));
        merger.Add(Change(TcpState.Closed, TcpState.SynSent, 2));
        Assert.Equal([(1L, 2L)], Delivered(merger).Select(trace => (trace.Ordinal, trace.Time.Nanoseconds)));
    }

    private static List<KernelEvent> Delivered(TraceMerger merger)
    {
        var sink = new Traces();
        merger.Deliver(new Timestamp(long.MaxValue), sink);
        return sink.Delivered;
    }

    private static KernelEvent Change(TcpState from, TcpState to, long time, int cpu = 0, int thread = 1, ulong socket = 0xA) => new()
    {
        Time = new Timestamp(time),
        Kind = KernelEventKind.StateChange,
        Local = default,
        Remote = default,
        OldState = from,
        NewState = to,
        SocketAddress = socket,
        ThreadId = thread,
        Cpu = cpu,
    };

    private sealed class Traces : IObservationSink
    {
        public List<KernelEvent> Delivered { get; } = [];

        public void OnFrame(in Frame frame) => throw new InvalidOperationException("A trace delivers no frames.");

        public void OnCall(SocketCall call) => throw new InvalidOperationException("A trace delivers no calls.");

        public void OnSample(SocketSample sample) => throw new InvalidOperationException("A trace delivers no samples.");

        public void OnOwner(SocketOwner owner) => throw new InvalidOperationException("A trace delivers no owners.");

        public void OnTrace(KernelEvent trace) => Delivered.Add(trace);
    }
}
