using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>Merges two recordings into one on the first host's clock: in order, each frame with its passage.</summary>
internal sealed class MergedStream(
    HostView first, HostView second, SecondHost secondHost, AddressTranslation translation, IObservationSink next) : IObservationSink
{
    private bool _isFirst;

    public long Frames { get; private set; }

    public void Run(OrderedRecording firstRecording, OrderedRecording secondRecording)
    {
        var (firstNow, secondNow) = (long.MinValue, long.MinValue);
        while (true)
        {
            var hasFirst = firstRecording.Peek(out var firstTime, out _);
            var hasSecond = secondRecording.Peek(out var secondTime, out var isFrame);
            if (!hasFirst && !hasSecond) return;
            secondHost.Frame = secondRecording.Frame + 1;
            firstNow = Math.Max(firstNow, firstTime.Nanoseconds);
            if (hasSecond) secondNow = Math.Max(secondNow, SecondTime(secondTime, isFrame).Nanoseconds);
            _isFirst = hasFirst && (!hasSecond || firstNow <= secondNow);
            var recording = _isFirst ? firstRecording : secondRecording;
            (_isFirst ? first : second).Frame = recording.Frame + 1;
            recording.Take(this);
        }
    }

    /// <summary>A frame that both hosts captured is written once, at its sending, with its arrival.</summary>
    public void OnFrame(in Frame frame)
    {
        var view = _isFirst ? first : second;
        var match = view.Matches.Read(view.Frame);
        if (match is { IsFound: true, IsOutbound: false }) return;
        var time = _isFirst ? frame.Time : SecondTime(frame.Time, isFrame: true);
        Frames++;
        next.OnFrame(new Frame(time, frame.LinkType, frame.OriginalLength, frame.Bytes) { Passage = PassageOf(frame, view, match, time) });
    }

    public void OnCall(SocketCall call) => next.OnCall(_isFirst ? call : secondHost.Adapt(call));
    public void OnSample(SocketSample sample) => next.OnSample(_isFirst ? sample : secondHost.Adapt(sample));
    public void OnOwner(SocketOwner owner) => next.OnOwner(_isFirst ? owner : secondHost.Adapt(owner));

    /// <summary>Skips events of the other host's addresses: a trace covers all network namespaces of its machine.</summary>
    public void OnTrace(KernelEvent trace)
    {
        if ((_isFirst ? first : second).Addresses.IsPeers(trace.Local)) return;
        next.OnTrace(_isFirst ? trace : secondHost.Adapt(trace));
    }

    /// <summary>The time of an observation of the second host on the first clock.</summary>
    // Corrected if the clocks' error would place the arrival of an ambiguous segment before its sending.
    private Timestamp SecondTime(Timestamp time, bool isFrame)
    {
        var shifted = secondHost.Shift(time);
        if (!isFrame || second.Matches.Read(secondHost.Frame) is not { IsFound: true } match) return shifted;
        var peer = new Timestamp(match.PeerTime);
        return match.IsOutbound
            ? Timestamp.Min(shifted, new Timestamp(peer.Nanoseconds - 1)) : Timestamp.Max(shifted, new Timestamp(peer.Nanoseconds + 1));
    }

    private FramePassage PassageOf(in Frame frame, HostView view, in SegmentMatch match, Timestamp time)
    {
        var passage = new FramePassage { Kind = PassageKind.OneHost, Host = _isFirst ? 0 : 1, HostFrame = view.Frame };
        var result = SegmentDecoder.Decode(frame, out var segment);
        if (IcmpDecoder.Decode(frame, result, out var error)) return Translated(passage, error.FourTuple, view);
        if (result != DecodeResult.Segment) return passage;
        passage = Translated(passage, segment.FourTuple, view);
        var expected = view.IsExpectedAtPeer(segment, time);
        if (match.IsFound)
        {
            var missing = expected is not null && !view.PeerMissedFrames ? match.Missing : 0;
            return Matched(passage, match, time) with { MissingBytes = missing };
        }

        if (expected is not { } isOutbound) return passage;
        return isOutbound
            ? passage with { Kind = PassageKind.Sent, MayHaveBeenMissed = view.PeerMissedFrames }
            : passage with { Kind = PassageKind.Unsent };
    }

    private FramePassage Translated(FramePassage passage, FourTuple seenHere, HostView view) =>
        !_isFirst && translation.IsUsed && translation.Find(seenHere, view.Frame) is { } seen
            ? passage with { Source = seen.Local, Destination = seen.Remote } : passage;

    private FramePassage Matched(FramePassage passage, in SegmentMatch match, Timestamp time)
    {
        var (secondTime, secondFrame) = _isFirst ? (match.PeerTime, match.PeerFrame) : (match.OwnTime, passage.HostFrame);
        var arrival = _isFirst ? secondHost.Shift(new Timestamp(secondTime), secondFrame) : new Timestamp(match.PeerTime);
        return passage with
        {
            Kind = PassageKind.Sent,
            Arrival = Timestamp.Max(arrival, new Timestamp(time.Nanoseconds + 1)),
            ArrivalErrorNanoseconds = secondHost.ErrorAt(secondTime, secondFrame),
            ArrivalFrame = match.PeerFrame,
            IsInPieces = (match.Flags & SegmentMatchFlags.InPieces) != 0,
        };
    }
}
