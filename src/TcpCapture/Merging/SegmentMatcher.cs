using TcpCapture.Capture;
using TcpCapture.Model;

namespace TcpCapture.Merging;

/// <summary>
/// Finds the counterpart of each segment, in one pass over both recordings side by side. The rough clock decides only which
/// recording is read on: what belongs together is told by the segments themselves.
/// </summary>
internal sealed class SegmentMatcher(SharedTraffic shared, MatchFile first, MatchFile second) : IObservationSink
{
    private readonly PendingSegments _pendingFirst = new();
    private readonly PendingSegments _pendingSecond = new();
    private bool _isFirst;
    private long _frame;

    /// <summary>Segments that both hosts saw.</summary>
    public long Matches { get; private set; }

    /// <summary>SYNs, without ACK, that the first host sent and the second saw.</summary>
    public long SynsOfFirst { get; private set; }

    /// <summary>SYNs, without ACK, that the second host sent and the first saw.</summary>
    public long SynsOfSecond { get; private set; }

    /// <summary>Which addresses were translated on the way.</summary>
    public AddressTranslation Translation { get; } = new();

    /// <summary>The servers' addresses as the first host sees them, and as the second does.</summary>
    public (HashSet<Endpoint> First, HashSet<Endpoint> Second) Services { get; } = ([], []);

    /// <summary>Segments that wait for their counterpart.</summary>
    public int Pending => _pendingFirst.Count + _pendingSecond.Count;

    /// <summary>Goes through both.</summary>
    public void Run(OrderedRecording firstRecording, OrderedRecording secondRecording)
    {
        var (firstNow, secondNow) = (long.MinValue, long.MinValue);
        while (true)
        {
            var hasFirst = firstRecording.Peek(out var firstTime, out _);
            var hasSecond = secondRecording.Peek(out var secondTime, out _);
            if (!hasFirst && !hasSecond) return;
            firstNow = Math.Max(firstNow, firstTime.Nanoseconds);
            secondNow = secondTime.Nanoseconds - shared.RoughOffset(secondRecording.Frame + 1);
            _isFirst = hasFirst && (!hasSecond || firstNow <= secondNow);
            var recording = _isFirst ? firstRecording : secondRecording;
            _frame = recording.Frame + 1;
            recording.Take(this);
        }
    }

    public void OnFrame(in Frame frame)
    {
        if (SegmentDecoder.Decode(frame, out var segment) != DecodeResult.Segment) return;
        if ((_isFirst ? shared.First : shared.Second).IsOutbound(segment.FourTuple) is not { } isOutbound) return;
        var fingerprint = SegmentFingerprint.Of(segment, shared.KeepsIdentification ? DatagramIdentification.Of(frame) : (ushort)0);
        var others = _isFirst ? _pendingSecond : _pendingFirst;
        if (others.Take(fingerprint, out var isCertain) is not { } other)
        {
            (_isFirst ? _pendingFirst : _pendingSecond).Add(
                fingerprint, new PendingSegments.Entry(_frame, segment.Time, segment.FourTuple));
            return;
        }

        Matches++;
        var flags = (isOutbound ? SegmentMatchFlags.Outbound : 0) | (isCertain ? 0 : SegmentMatchFlags.Ambiguous);
        var match = new SegmentMatch(other.Frame, segment.Time.Nanoseconds, other.Time.Nanoseconds, flags);
        (_isFirst ? first : second).Write(_frame, match);
        (_isFirst ? second : first).Write(other.Frame, match.Reverse(_frame));
        var (atFirst, atSecond) = _isFirst ? (segment.FourTuple, other.FourTuple) : (other.FourTuple, segment.FourTuple);
        Translation.Learn(atFirst, atSecond, _isFirst ? other.Frame : _frame);
        Learn(segment, atFirst, atSecond, isOutbound == _isFirst);
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

    private void Learn(in Segment segment, FourTuple atFirst, FourTuple atSecond, bool byFirst)
    {
        if (!segment.Has(TcpFlags.Syn) || segment.Has(TcpFlags.Ack))
        {
            // Of a connection that is older than the recordings the lower port is likely to be the server's.
            if (Services.First.Count > 0) return;
            var isToServer = atFirst.Remote.Port < atFirst.Local.Port;
            Services.First.Add(isToServer ? atFirst.Remote : atFirst.Local);
            Services.Second.Add(isToServer ? atSecond.Remote : atSecond.Local);
            return;
        }

        if (byFirst) SynsOfFirst++;
        else SynsOfSecond++;
        Services.First.Add(atFirst.Remote);
        Services.Second.Add(atSecond.Remote);
    }
}
