using System.Runtime.CompilerServices;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Correlates the segments of some lanes on one thread. Worker n of m processes every m-th share of a batch.</summary>
// number: the number of the worker, from 0. recorder: receives the events of its lanes; null for the only worker, which emits them
// directly. outcomes: the outcomes of each batch in memory, one per lane; empty for the only worker. at: called with the time of
// each segment; null for no call.
internal sealed class CaptureWorker(
    int number, int workers, IReadOnlyList<Correlator> lanes, LaneRecorder? recorder, LaneOutcome[][] outcomes,
    Action<Timestamp>? at = null)
{
    private readonly Correlator[] _lanes = [.. lanes];

    public void Process(DecodedBatch batch)
    {
        for (var i = number; i < batch.Shares.Length; i += workers)
        {
            var share = batch.Shares[i];
            recorder?.Begin(outcomes[batch.Slot][i]);
            if (at is not null || batch.Verifies) FollowChecked(batch, share);
            else Follow(batch, share);
        }
    }

    private void Follow(DecodedBatch batch, SegmentShare share)
    {
        var lanes = _lanes;
        var first = batch.FirstFrame;
        foreach (ref readonly var entry in share.Entries)
        {
            recorder?.At(entry.Index);
            var known = lanes[entry.Lane].OnCapturedFast(entry.Segment, entry.Hash, first + entry.Index, out var isProcessed);
            if (!isProcessed) Take(batch, entry, known);
        }
    }

    /// <summary>The same, but reports times and leaves out segments with a wrong checksum.</summary>
    private void FollowChecked(DecodedBatch batch, SegmentShare share)
    {
        foreach (ref readonly var entry in share.Entries)
        {
            recorder?.At(entry.Index);
            at?.Invoke(entry.Segment.Time);
            if (batch.Verifies && batch.IsCorrupt(entry.Index))
            {
                _lanes[entry.Lane].OnCorrupt(entry.Segment, entry.Hash);
                continue;
            }

            var known = _lanes[entry.Lane].OnCapturedFast(entry.Segment, entry.Hash, batch.FirstFrame + entry.Index, out var isProcessed);
            if (!isProcessed) Take(batch, entry, known);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Take(DecodedBatch batch, in SegmentShare.Entry entry, ConnectionTable.Slot? known)
    {
        var frame = batch.Frames[entry.Index];
        var number = batch.FirstFrame + entry.Index;
        if (entry.Segment.Flags != Segment.Quoted) _lanes[entry.Lane].OnCaptured(entry.Segment, known, number, frame);
        else if (IcmpDecoder.Decode(frame, DecodeResult.IcmpError, out var error))
            _lanes[entry.Lane].OnIcmp(error, number, frame);
    }
}
