using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Tests.Decoding;

/// <summary>Decodes frames and keeps the results.</summary>
internal sealed class RecordingSink : IObservationSink
{
    public List<DecodeResult> Results { get; } = [];
    public List<Segment> Segments { get; } = [];

    public List<(Timestamp Time, int OriginalLength, byte[] Bytes)> Frames { get; } = [];

    public void OnFrame(in Frame frame)
    {
        Results.Add(SegmentDecoder.Decode(frame, out var segment));
        if (Results[^1] == DecodeResult.Segment) Segments.Add(segment);
        Frames.Add((frame.Time, frame.OriginalLength, frame.Bytes.ToArray()));
    }

    public void OnCall(SocketCall call) => throw new InvalidOperationException("A capture makes no calls.");
    public void OnSample(SocketSample sample) => throw new InvalidOperationException("A capture takes no samples.");
    public void OnOwner(SocketOwner owner) => throw new InvalidOperationException("A capture knows no owners.");
    public void OnTrace(KernelEvent trace) => throw new InvalidOperationException("A capture traces nothing.");
}
