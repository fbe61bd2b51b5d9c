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
        var lanes = _lanes;
        var first = batch.FirstFrame;
        var verifies = batch.Verifies;
        foreach (ref readonly var place in batch.SegmentsOf(number))
        {
            var index = place.Index;
            recorder?.At(index);
            ref readonly var segment = ref segments[index];
            at?.Invoke(segment.Time);
            var correlator = lanes[place.Lane];
            if (verifies && batch.IsCorrupt(index)) correlator.OnCorrupt(segment, hashes[index]);
            else if (!correlator.TakesQuietly(segment, hashes[index], first + index)) correlator.OnCaptured(segment, hashes[index], first + index, batch.Frames[index]);
        }
    }
}
