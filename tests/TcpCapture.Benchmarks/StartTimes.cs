using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>The parts of a run's time, in nanoseconds.</summary>
internal sealed record StartTimes(
    double Total, double BeforeRecording, double BeforeCalls, double Exchange, double DelayedAck, double Draining,
    double AfterRecording)
{
    /// <summary>Splits a run by its recording's timestamps, which are on the clock of <paramref name="begin"/>.</summary>
    public static StartTimes Read(Recording recording, Timestamp begin, double total)
    {
        var stamps = new Stamps();
        recording.Replay(stamps);
        var end = recording.End?.Time ?? throw new InvalidOperationException("The recording is not whole.");
        var start = recording.Info.Start;
        return new StartTimes(
            total, start - begin, stamps.FirstCall - start, stamps.LastCall - stamps.FirstCall, stamps.FirstFinAcknowledged,
            end - stamps.LastCall, total - (end - begin));
    }

    private sealed class Stamps : IObservationSink
    {
        private Segment? _fin;

        public Timestamp FirstCall { get; private set; } = new(long.MaxValue);
        public Timestamp LastCall { get; private set; } = new(long.MinValue);

        /// <summary>How long the first FIN waited for its ACK.</summary>
        public long FirstFinAcknowledged { get; private set; }

        public void OnFrame(in Frame frame)
        {
            if (SegmentDecoder.Decode(frame, out var segment) != DecodeResult.Segment) return;
            if (_fin is not { } fin)
            {
                if (segment.Has(TcpFlags.Fin)) _fin = segment;
            }
            else if (FirstFinAcknowledged == 0 && segment.Source == fin.Destination && segment.Ack == fin.NextSeq)
            {
                FirstFinAcknowledged = segment.Time - fin.Time;
            }
        }

        public void OnCall(SocketCall call)
        {
            FirstCall = Timestamp.Min(FirstCall, call.Begin);
            LastCall = Timestamp.Max(LastCall, call.End ?? call.Begin);
        }
    }
}
