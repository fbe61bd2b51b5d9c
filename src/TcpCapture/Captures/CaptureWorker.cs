using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Captures;

/// <summary>Follows the connections of some lanes: all that one thread does with a decoded batch.</summary>
/// <param name="number">Which worker it is, from 0: it takes the segments that the batch has for that one.</param>
/// <param name="lanes">The correlators of all lanes.</param>
/// <param name="recorder">Stands behind those of its own; null if they speak to sinks at once, since it is the only worker.</param>
/// <param name="at">Told of each segment's time; null if nobody asks.</param>
internal sealed class CaptureWorker(int number, IReadOnlyList<Correlator> lanes, LaneRecorder? recorder, Action<Timestamp>? at = null)
{
    private readonly Correlator[] _lanes = [.. lanes];

    /// <summary>Its share of a batch.</summary>
    public void Process(DecodedBatch batch)
    {
        recorder?.Begin(batch.Outcomes[number]);
        var segments = batch.Segments;
        var hashes = batch.Hashes;
        foreach (var index in batch.SegmentsOf(number))
        {
            recorder?.At(index);
            ref readonly var segment = ref segments[index];
            at?.Invoke(segment.Time);
            var correlator = _lanes[batch.LaneOf(index)];
            var hash = hashes[index];
            if (batch.IsCorrupt(index)) correlator.OnCorrupt(segment, hash);
            else if (!correlator.TakesQuietly(segment, hash, batch.FirstFrame + index)) correlator.OnCaptured(segment, hash, batch.FirstFrame + index, batch.Frames[index]);
        }
    }
}
