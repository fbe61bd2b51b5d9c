using System.Runtime.CompilerServices;

namespace TcpCapture.PeerTools.Tcptrace;

/// <summary>
/// Round-trip times of what one end sends, from the capture point to the other end and back, as tcptrace 6.6.7 takes them.
/// </summary>
/// <remarks>
/// An acknowledgement gives a sample if it ends exactly where a segment ended that it is the first to cover, if that segment was
/// sent once (Karn: else it is ambiguous which sending is acknowledged), and if nothing that lies before it was sent after it
/// (else it had waited for what was lost). What an acknowledgement covers beside that is acknowledged cumulatively and gives no
/// sample. A SYN and a FIN are segments like others. tcptrace keeps its segments in four quadrants of the sequence space, and a
/// segment that crosses from one into the next counts as two: so it is here.
/// </remarks>
internal sealed class RoundTrips
{
    /// <summary>Most gaps remembered in what was acknowledged.</summary>
    private const int MostGaps = 16;

    private SentRanges _ranges = new();
    private RoundTripSamples _samples;
    private RoundTripSamples _fullSize;
    private RoundTripSamples _ambiguous;
    private uint _quadrant;
    private uint _duplicatesInRow;
    private uint _settled;
    private bool _isSettled;
    private bool _isHeard;

    /// <summary>All samples.</summary>
    public ref readonly RoundTripSamples Samples => ref _samples;

    /// <summary>The samples of the largest segments.</summary>
    public ref readonly RoundTripSamples FullSize => ref _fullSize;

    /// <summary>Times from the last sending to the acknowledgement of segments that were sent more than once.</summary>
    public ref readonly RoundTripSamples Ambiguous => ref _ambiguous;

    /// <summary>Sequence space of the largest segment that gave a sample.</summary>
    public uint LargestSegment { get; private set; }

    /// <summary>Acknowledgements of a segment sent once that had waited for one before it to be sent again: no samples.</summary>
    public long AfterLoss { get; private set; }

    /// <summary>Segments acknowledged by an acknowledgement of a later one.</summary>
    public long Cumulative { get; private set; }

    /// <summary>Acknowledgements that repeated the one before: no data, the same number, the same window.</summary>
    public long Duplicates { get; private set; }

    /// <summary>How often three of these came in a row.</summary>
    public long TripleDuplicates { get; private set; }

    /// <summary>Round-trip time of the SYN, or of the SYN-ACK, in nanoseconds; null if it was sent twice or not acknowledged alone.</summary>
    public long? Handshake { get; private set; }

    /// <summary>Ranges remembered.</summary>
    public int Waiting => _ranges.Count;

    /// <summary>Forgets everything: another connection begins.</summary>
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
        if (seq >> 30 == _quadrant && last >> 30 == _quadrant && _ranges.TryAppend(seq, last, time, _isHeard)) return;
        SendElsewhere(seq, last, time);
    }

    private void SendElsewhere(uint seq, uint last, long time)
    {
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

    /// <summary>
    /// True if nothing was sent since that number was acknowledged the last time, so that an acknowledgement which is no repetition
    /// says nothing: data of the other end carries the number along.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSettled(uint ack)
    {
        if (!_isSettled || ack != _settled) return false;
        _duplicatesInRow = 0;
        return true;
    }

    /// <summary>The other end acknowledges everything before <paramref name="ack"/>.</summary>
    /// <param name="ack">The acknowledgement number.</param>
    /// <param name="isRepeat">It has no data, and the number and the window of the sender's segment before.</param>
    /// <param name="time">When it passed.</param>
    /// <param name="onlySyn">The sequence number after the SYN if one SYN was sent.</param>
    public void Acknowledge(uint ack, bool isRepeat, long time, uint? onlySyn)
    {
        (_isHeard, _isSettled, _settled) = (true, true, ack);
        var quadrant = ack >> 30;
        if (quadrant == _quadrant && AcknowledgesInOrder(ack, time, onlySyn)) return;
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
                // The quadrant before is over, whatever the number.
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

    /// <summary>The usual acknowledgement: of what was sent once and in order, up to the end of a segment. The long way comes to the same.</summary>
    /// <returns>False if it may be another: nothing was done with it.</returns>
    private bool AcknowledgesInOrder(uint ack, long time, uint? onlySyn)
    {
        var count = _ranges.Count;
        if (count < 2) return false;
        ref var before = ref _ranges[0];
        if (!before.IsAcknowledged || before.Quadrant != ack >> 30) return false;
        var (next, sent) = (unchecked(before.Last + 1), before.Sent);
        for (var i = 1; i < count; i++)
        {
            ref var range = ref _ranges[i];
            if (range.First != next || range.Sent < sent || range.IsAcknowledged || range.Repeated != 0 || (next & 0x3FFF_FFFF) == 0) return false;
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

    private void CountDuplicate(bool isOne)
    {
        if (!isOne)
        {
            _duplicatesInRow = 0;
            return;
        }

        Duplicates++;
        if (++_duplicatesInRow == 3) TripleDuplicates++;
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
        else SendAgain(first, last, time);
    }

    /// <summary>Bytes sent before, out of order, or both: what is new becomes a range, what is not counts as sent again.</summary>
    private void SendAgain(uint first, uint last, long time)
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

    /// <summary>What was acknowledged and lies together becomes one range, as far as everything before is acknowledged.</summary>
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

        for (; index > MostGaps; index--) _ranges.RemoveFirst();
    }

    /// <summary>tcptrace forgets the opposite quadrant when one is entered.</summary>
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
