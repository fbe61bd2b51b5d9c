using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Capture;

/// <summary>Keeps the segments of a capture, and tells when a condition on them holds.</summary>
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

    public void OnCall(SocketCall call) => throw new InvalidOperationException("A capture makes no calls.");

    public void OnSample(SocketSample sample) => throw new InvalidOperationException("A capture takes no samples.");

    public void OnOwner(SocketOwner owner) => throw new InvalidOperationException("A capture knows no owners.");

    public void OnTrace(KernelEvent trace) => throw new InvalidOperationException("A capture traces nothing.");
}
