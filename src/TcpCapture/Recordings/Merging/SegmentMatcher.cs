using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>Finds the counterpart of each segment by its fingerprint, in one pass over both recordings side by side.</summary>
// The rough offset decides only which recording is read next.
internal sealed class SegmentMatcher : IObservationSink, IPieceSink
{
    private readonly SharedTraffic _shared;
    private readonly MatchFile _first;
    private readonly MatchFile _second;
    private readonly PendingSegments _pendingFirst = new();
    private readonly PendingSegments _pendingSecond = new();
    private readonly SegmentPieces _pieces;
    private bool _isFirst;
    private long _frame;

    public SegmentMatcher(SharedTraffic shared, MatchFile first, MatchFile second)
    {
        _shared = shared;
        _first = first;
        _second = second;
        _pieces = new SegmentPieces(this);
    }

    public long Matches { get; private set; } // number of segments that both hosts captured
    public long SynsOfFirst { get; private set; } // number of SYNs without ACK that each host sent to the other
    public long SynsOfSecond { get; private set; }
    public AddressTranslation Translation { get; } = new();

    /// <summary>The servers' addresses at the first host and at the second.</summary>
    public (HashSet<Endpoint> First, HashSet<Endpoint> Second) Services { get; } = ([], []);

    public void Run(OrderedRecording firstRecording, OrderedRecording secondRecording)
    {
        var (firstNow, secondNow) = (long.MinValue, long.MinValue);
        while (true)
        {
            var hasFirst = firstRecording.Peek(out var firstTime, out _);
            var hasSecond = secondRecording.Peek(out var secondTime, out _);
            if (!hasFirst && !hasSecond) break;
            firstNow = Math.Max(firstNow, firstTime.Nanoseconds);
            secondNow = secondTime.Nanoseconds - _shared.RoughOffset(secondRecording.Frame + 1);
            _isFirst = hasFirst && (!hasSecond || firstNow <= secondNow);
            var recording = _isFirst ? firstRecording : secondRecording;
            _frame = recording.Frame + 1;
            recording.Take(this);
        }

        _pieces.Finish();
    }

    public void OnFrame(in Frame frame)
    {
        if (SegmentDecoder.Decode(frame, out var segment) != DecodeResult.Segment) return;
        if ((_isFirst ? _shared.First : _shared.Second).IsOutbound(segment.FourTuple) is not { } isOutbound) return;
        var fingerprint = SegmentFingerprint.Of(segment, _shared.KeepsIdentification ? DatagramIdentification.Of(frame) : (ushort)0);
        var others = _isFirst ? _pendingSecond : _pendingFirst;
        if (others.Take(fingerprint, out var isCertain) is not { } other)
        {
            var entry = new PendingSegments.Entry(_isFirst, _frame, segment, fingerprint);
            (_isFirst ? _pendingFirst : _pendingSecond).Add(entry);
            if (segment.Length > 0) _pieces.Add(FlowOf(segment.FourTuple), entry, isOutbound);
            return;
        }

        Matches++;
        var flags = (isOutbound ? SegmentMatchFlags.Outbound : 0) | (isCertain ? 0 : SegmentMatchFlags.Ambiguous);
        var match = new SegmentMatch(other.Frame, segment.Time.Nanoseconds, other.Time.Nanoseconds, flags);
        (_isFirst ? _first : _second).Write(_frame, match);
        (_isFirst ? _second : _first).Write(other.Frame, match.Reverse(_frame));
        var (atFirst, atSecond) = _isFirst ? (segment.FourTuple, other.FourTuple) : (other.FourTuple, segment.FourTuple);
        Translation.Learn(atFirst, atSecond, _isFirst ? other.Frame : _frame);
        Learn(segment, atFirst, atSecond, isOutbound == _isFirst);
    }

    void IPieceSink.OnPiece(PendingSegments.Entry sent, PendingSegments.Entry arrived, bool isAccountedFor)
    {
        Write(arrived, sent, SegmentMatchFlags.InPieces | SegmentMatchFlags.Ambiguous);
        if (isAccountedFor) Drop(arrived);
    }

    void IPieceSink.OnArrived(PendingSegments.Entry sent, PendingSegments.Entry last, int missing)
    {
        Matches++;
        Write(sent, last, SegmentMatchFlags.InPieces | SegmentMatchFlags.Ambiguous | SegmentMatchFlags.Outbound, missing);
        Write(last, sent, SegmentMatchFlags.InPieces | SegmentMatchFlags.Ambiguous);
        Drop(sent);
    }

    private void Write(PendingSegments.Entry own, PendingSegments.Entry peer, SegmentMatchFlags flags, int missing = 0) =>
        (own.IsFirst ? _first : _second).Write(
            own.Frame, new SegmentMatch(peer.Frame, own.Time.Nanoseconds, peer.Time.Nanoseconds, flags, missing));

    private void Drop(PendingSegments.Entry entry) => (entry.IsFirst ? _pendingFirst : _pendingSecond).Drop(entry);

    private FourTuple FlowOf(FourTuple seen) => _isFirst ? seen : Translation.Find(seen, _frame) ?? seen;

    private void Learn(in Segment segment, FourTuple atFirst, FourTuple atSecond, bool byFirst)
    {
        if (!segment.Has(TcpFlags.Syn) || segment.Has(TcpFlags.Ack))
        {
            // If the connection is older than the recordings, the lower port is likely the server's.
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
