using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Capture;

/// <summary>Collects the segments of a capture.</summary>
internal sealed class SegmentSink(Action? onFrame = null) : IObservationSink
{
    private readonly Lock _lock = new();
    private readonly List<Segment> _segments = [];

    public IReadOnlyList<Segment> Segments
    {
        get
        {
            lock (_lock) return [.. _segments];
        }
    }

    public int NotSegments { get; private set; }

    public void OnFrame(in Frame frame)
    {
        onFrame?.Invoke();
        var result = SegmentDecoder.Decode(frame, out var segment);
        lock (_lock)
        {
            if (result == DecodeResult.Segment) _segments.Add(segment);
            else NotSegments++;
        }
    }

    public void OnCall(SocketCall call) => throw new InvalidOperationException("A capture reports no calls.");

    public void OnSample(SocketSample sample) => throw new InvalidOperationException("A capture reports no samples.");

    public void OnOwner(SocketOwner owner) => throw new InvalidOperationException("A capture reports no owners.");

    public void OnTrace(KernelEvent trace) => throw new InvalidOperationException("A capture reports no kernel events.");
}
