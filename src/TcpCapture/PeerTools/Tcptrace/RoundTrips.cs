using System.Runtime.CompilerServices;

namespace TcpCapture.PeerTools.Tcptrace;

/// <summary>Round-trip times of one end's segments from the capture point, as tcptrace 6.6.7 measures them.</summary>
// An acknowledgement gives a sample if it ends exactly at the end of a newly covered segment that was sent once (Karn's
// rule) and if nothing before that segment was sent later (it would have waited for a retransmission). Other covered
// segments are acknowledged cumulatively and give no sample. SYN and FIN count as segments. As in tcptrace, the sequence
// space has four quadrants, and a segment across a boundary counts as two. TryAcknowledgeFast takes the usual
// acknowledgement and gives the result of AcknowledgeFully (FastPathTests).
internal sealed class RoundTrips
{
    private const int MaxGaps = 16; // maximum gaps kept between acknowledged ranges

    private SentRanges _ranges = new();
    private RoundTripSamples _samples;
    private RoundTripSamples _fullSize;
    private RoundTripSamples _ambiguous;
    private uint _quadrant;
    private uint _duplicatesInRow;
    private uint _settled;
    private bool _isSettled;
    private bool _isHeard;

    public ref readonly RoundTripSamples Samples => ref _samples;

    /// <summary>The samples of the largest segments.</summary>
    public ref readonly RoundTripSamples FullSize => ref _fullSize;

    /// <summary>Times from the last retransmission to the acknowledgement.</summary>
    public ref readonly RoundTripSamples Ambiguous => ref _ambiguous;

    /// <summary>Sequence length of the largest segment with a sample.</summary>
    public uint LargestSegment { get; private set; }

    /// <summary>Acknowledgements delayed by a retransmission before the segment; they give no sample.</summary>
    public long AfterLoss { get; private set; }

    /// <summary>Segments acknowledged by the acknowledgement of a later segment.</summary>
    public long Cumulative { get; private set; }

    /// <summary>Duplicate acknowledgements: no data, same number, same window.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Number of times that three of these followed each other.</summary>
    public long TripleDuplicates { get; private set; }

    /// <summary>Round-trip time of the SYN or SYN-ACK in ns; null if retransmitted or not acknowledged alone.</summary>
    public long? Handshake { get; private set; }

    public int Waiting => _ranges.Count;

    public void Reset()
    {
        _ranges.Clear();
        _samples = _fullSize = _ambiguous = default;
        (_quadrant, _duplicatesInRow, _settled, LargestSegment) = (0, 0, 0, 0);
        (_isSettled, _isHeard) = (false, false);
        (AfterLoss, Cumulative, Duplicates, TripleDuplicates) = (0, 0, 0, 0);
        Handshake = null;
    }

    /// <summary>The end sends <paramref name="length"/> sequence numbers from <paramref name="seq"/>.</summary>
    public void Send(uint seq, uint length, long time)
    {
        _isSettled = false;
        var last = unchecked(seq + length - 1);
        if (seq >> 30 == _quadrant && last >> 30 == _quadrant && _ranges.TryAddFast(seq, last, time, _isHeard)) return;
        SendFully(seq, length, time);
    }

    /// <summary>Handles any sending by all rules.</summary>
    public void SendFully(uint seq, uint length, long time)
    {
        var last = unchecked(seq + length - 1);
        Enter(seq >> 30);
        if (seq >> 30 == last >> 30)
        {
            Note(seq, last, time);
            return;
        }

        var boundary = (last >> 30) << 30;
        Note(seq, unchecked(boundary - 1), time);
        Note(boundary, last, time);
    }

    /// <summary>True if nothing was sent since this number was acknowledged: the peer's data only repeats the number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSettled(uint ack)
    {
        if (!_isSettled || ack != _settled) return false;
        _duplicatesInRow = 0;
        return true;
    }

    /// <summary>The other end acknowledges everything before <paramref name="ack"/>.</summary>
    // isRepeat: no data, and the number and window of the segment before. onlySyn: the number after the only SYN sent.
    public void Acknowledge(uint ack, bool isRepeat, long time, uint? onlySyn)
    {
        (_isHeard, _isSettled, _settled) = (true, true, ack);
        if (ack >> 30 != _quadrant || !TryAcknowledgeFast(ack, time, onlySyn)) AcknowledgeFully(ack, isRepeat, time, onlySyn);
    }

    /// <summary>Handles any acknowledgement by all rules.</summary>
    public void AcknowledgeFully(uint ack, bool isRepeat, long time, uint? onlySyn)
    {
        (_isHeard, _isSettled, _settled) = (true, true, ack);
        var quadrant = ack >> 30;
        Enter(quadrant);
        var latest = long.MinValue;
        var changed = false;
        var isDuplicate = false;
        for (var i = 0; i < _ranges.Count; i++)
        {
            ref var range = ref _ranges[i];
            var difference = (quadrant - range.Quadrant) & 3;
            if (difference == 1)
            {
                // The quadrant before is acknowledged as a whole.
                if (range.IsAcknowledged) continue;
                range.IsAcknowledged = true;
                Cumulative++;
                latest = Math.Max(latest, range.Sent);
                continue;
            }

            if (difference != 0) continue;
            if (ack <= range.First) break;
            latest = Math.Max(latest, range.Sent);
            var isExact = ack == unchecked(range.Last + 1);
            if (range.IsAcknowledged)
            {
                isDuplicate |= isExact && isRepeat;
                continue;
            }

            range.IsAcknowledged = true;
            changed = true;
            if (isExact) AddSample(range, latest > range.Sent, time, ack == onlySyn);
            else Cumulative++;
        }

        if (changed) JoinAcknowledged();
        CountDuplicate(isDuplicate);
    }

    /// <summary>Handles the usual acknowledgement: of segments sent once in order. False, without effect, for others.</summary>
    private bool TryAcknowledgeFast(uint ack, long time, uint? onlySyn)
    {
        var count = _ranges.Count;
        if (count < 2) return false;
        ref var before = ref _ranges[0];
        if (!before.IsAcknowledged || before.Quadrant != ack >> 30) return false;
        var (next, sent) = (unchecked(before.Last + 1), before.Sent);
        for (var i = 1; i < count; i++)
        {
            ref var range = ref _ranges[i];
            if (range.First != next || range.Sent < sent || range.IsAcknowledged || range.Repeated != 0
                || (next & 0x3FFF_FFFF) == 0) return false;
            (next, sent) = (unchecked(range.Last + 1), range.Sent);
            if (next < ack) continue;
            if (next != ack || (i + 1 < count && _ranges[i + 1].IsAcknowledged)) return false;
            AddSample(range, isAfterLoss: false, time, ack == onlySyn);
            Cumulative += i - 1;
            _duplicatesInRow = 0;
            range.First = before.First;
            range.Repeated = before.Repeated;
            range.IsAcknowledged = true;
            _ranges.RemoveFirst(i);
            return true;
        }

        return false;
    }

    private void CountDuplicate(bool isDuplicate)
    {
        _duplicatesInRow = isDuplicate ? _duplicatesInRow + 1 : 0;
        if (isDuplicate) Duplicates++;
        if (_duplicatesInRow == 3) TripleDuplicates++;
    }

    private void AddSample(in SentRange range, bool isAfterLoss, long time, bool isSyn)
    {
        var elapsed = Math.Max(0, time - range.Sent);
        if (isAfterLoss)
        {
            AfterLoss++;
            return;
        }

        if (range.Repeated > 0)
        {
            _ambiguous.Add(elapsed);
            return;
        }

        _samples.Add(elapsed);
        if (isSyn) Handshake ??= elapsed;
        var size = range.Last - range.First + 1;
        if (size < LargestSegment) return;
        if (size > LargestSegment) _fullSize = default;
        LargestSegment = size;
        _fullSize.Add(elapsed);
    }

    private void Note(uint first, uint last, long time)
    {
        if (_ranges.IsBeyondAll(first)) _ranges.Add(first, last, time, _isHeard);
        else Retransmit(first, last, time);
    }

    /// <summary>Bytes retransmitted, out of order, or both: new bytes become a range, other bytes count as retransmitted.</summary>
    private void Retransmit(uint first, uint last, long time)
    {
        var isRest = false;
        var index = 0;
        for (; index < _ranges.Count; index++)
        {
            var ahead = (_ranges[index].Quadrant - (first >> 30)) & 3;
            if (ahead == 1) break;
            if (ahead != 0 || first > _ranges[index].Last) continue;
            if (first < _ranges[index].First)
            {
                var isApart = last < _ranges[index].First;
                if (!_ranges.Insert(index, first, isApart ? last : _ranges[index].First - 1, time) || isApart) return;
                first = _ranges[++index].First;
            }

            ref var range = ref _ranges[index];
            range.Repeated++;
            if (!isRest) range.Sent = time;
            if (last <= range.Last) return;
            isRest = true;
            first = range.Last + 1;
        }

        if (index < _ranges.Count) _ranges.Insert(index, first, last, time);
        else _ranges.Add(first, last, time, _isHeard);
    }

    /// <summary>Joins adjacent acknowledged ranges, up to the first unacknowledged one.</summary>
    private void JoinAcknowledged()
    {
        var index = 0;
        while (index + 1 < _ranges.Count && _ranges[index].IsAcknowledged)
        {
            ref var next = ref _ranges[index + 1];
            var isTogether = next.IsAcknowledged && unchecked(_ranges[index].Last + 1) == next.First && (next.First & 0x3FFF_FFFF) != 0;
            if (isTogether) _ranges.Join(index);
            else index++;
        }

        for (; index > MaxGaps; index--) _ranges.RemoveFirst();
    }

    /// <summary>tcptrace drops the opposite quadrant when it enters one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Enter(uint quadrant)
    {
        if (quadrant != _quadrant) Change(quadrant);
    }

    private void Change(uint quadrant)
    {
        _quadrant = quadrant;
        var opposite = (quadrant + 2) & 3;
        while (_ranges.Count > 0 && _ranges[0].Quadrant == opposite) _ranges.RemoveFirst();
    }
}
