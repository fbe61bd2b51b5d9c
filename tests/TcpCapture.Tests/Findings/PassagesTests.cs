using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Tests.Findings;

public class PassagesTests
{
    private static readonly RecordingInfo Info = new() { Host = "a", Peer = new RecordingInfo { Host = "b" } };

    [Fact]
    public void LossAndDelayAreReportedForEachDirection()
    {
        var passages = new Passages(Info);
        Pass(passages, 0, number: 1, delay: 1_000_000, error: 2_000);
        Pass(passages, 0, number: 2, delay: 3_000_000, error: 1_000);
        Pass(passages, 0, number: 3, delay: null);
        Pass(passages, 1, number: 4, delay: 40_000);

        Assert.Equal(
            [
                (3, "3 segments from the first host to the second: 1 lost; one-way delay 1.0 ms minimum, 1.0 ms median and 3.0 ms maximum (± 2 µs)."),
                (0, "1 segment from the second host to the first: none lost; one-way delay 40 µs minimum, 40 µs median and 40 µs maximum (± 0 µs)."),
            ],
            passages.Findings.Select(finding => (finding.Event, finding.Text)));
    }

    [Fact]
    public void WhereTheCaptureMissedFramesNothingIsLost()
    {
        var passages = new Passages(Info);
        Pass(passages, 0, number: 1, delay: null, mayHaveBeenMissed: true);
        Assert.Equal(
            ["1 segment from the first host to the second: none lost, 1 not seen to arrive where the capture missed frames."],
            passages.Findings.Select(finding => finding.Text));
    }

    [Fact]
    public void ClocksAndFiltersAreCompared()
    {
        var passages = new Passages(Info with
        {
            Filter = "tcp",
            PeerClock = new ClockRelation
            {
                OffsetNanoseconds = -1_500_000_000,
                ErrorNanoseconds = 20_000,
                Time = new Timestamp(0),
                DriftPpm = 1.5,
                DriftErrorPpm = 0.5,
                Segments = 7,
                Changes = [new ClockChange(new Timestamp(0), 2_000_000, 1_000)],
                FurtherChanges = 1,
            },
        });

        Assert.Equal(
            [
                "The clock of the second host (b) is 1.500000000 s ± 0.000020000 s behind the first host's (a) at 1970-01-01T00:00:00.000000000Z, bounded by 7 segments seen at both; it gains 1.5 ± 0.5 ppm.",
                "By 1970-01-01T00:00:00.000000000Z the second host's clock had stepped forward by 2.0 ms ± 1 µs against the first's: one of them was set.",
                "After that the clocks changed against each other 1 more time.",
                "The hosts captured with different filters ('tcp', none): what seems lost may not have been captured.",
            ],
            passages.Findings.Select(finding => finding.Text));
    }

    [Fact]
    public void ARecordingOfOneHostHasNoPassages() => Assert.Empty(new Passages(new RecordingInfo()).Findings);

    private static void Pass(Passages passages, int host, long number, long? delay, long error = 0, bool mayHaveBeenMissed = false) => passages.OnEvent(
        new TimelineEvent
        {
            Number = number,
            Kind = EventKind.Segment,
            Time = new Timestamp(0),
            Passage = new FramePassage
            {
                Kind = PassageKind.Sent,
                Host = host,
                HostFrame = number,
                Arrival = delay is { } arrival ? new Timestamp(arrival) : null,
                ArrivalErrorNanoseconds = error,
                MayHaveBeenMissed = mayHaveBeenMissed,
            },
        },
        default);
}
