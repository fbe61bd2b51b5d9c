using System.Runtime.CompilerServices;
using TcpCapture.CaptureFiles.Parallel;
using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Pipeline;

/// <summary>Follows the connections of some lanes: all that one thread does with a decoded batch.</summary>
/// <param name="number">Which worker it is, from 0.</param>
/// <param name="workers">How many there are: it takes the shares of a batch that fall to it if they are dealt out in turn.</param>
/// <param name="lanes">The correlators of all lanes.</param>
/// <param name="recorder">Stands behind those of its own; null if they speak to sinks at once, since it is the only worker.</param>
/// <param name="outcomes">The outcomes of each batch in memory, one per lane; empty for a single worker.</param>
/// <param name="at">Told of each segment's time; null if nobody asks.</param>
internal sealed class CaptureWorker(int number, int workers, IReadOnlyList<Correlator> lanes, LaneRecorder? recorder, LaneOutcome[][] outcomes, Action<Timestamp>? at = null)
{
    private readonly Correlator[] _lanes = [.. lanes];

    /// <summary>Its shares of a batch.</summary>
    public void Process(DecodedBatch batch)
    {
        for (var i = number; i < batch.Shares.Length; i += workers)
        {
            var share = batch.Shares[i];
            recorder?.Begin(outcomes[batch.Slot][i]);
            if (at is not null || batch.Verifies) Attend(batch, share);
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

    /// <summary>The same where somebody wants to know more.</summary>
    private void Attend(DecodedBatch batch, SegmentShare share)
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
    private void Take(DecodedBatch batch, in SegmentShare.Entry entry, ConnectionTable.Slot? known) =>
        _lanes[entry.Lane].OnCaptured(entry.Segment, known, batch.FirstFrame + entry.Index, batch.Frames[entry.Index]);
}
