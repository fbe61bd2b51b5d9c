using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Tests.Recordings;

public sealed class RoundTripTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-roundtrip-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, 40, 40)]
    [InlineData(100, 20, 200)]
    [InlineData(200, 4, 1000)]
    public void TheTimelineFileOfAnyObservationsIsTheSameRecording(int firstSeed, int seeds, int observations)
    {
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            var recording = Record(new GeneratedTraffic(seed).Make(observations));
            using var outputs = Outputs.Of(recording);

            try
            {
                RoundTrip.AssertSame(recording, outputs);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"With seed {seed} and {observations} observations: {error.Message}", error);
            }
        }
    }

    /// <summary>Samples without a row are written before the next row, also if that is a call after a pause.</summary>
    [Fact]
    public void SamplesBeforeAPauseStayBeforeTheNextCall()
    {
        const long Second = 1_000_000_000;
        var generated = new Generated(1);
        var recording = Record(
        [
            generated.Frame(Generated.Start + Second, 101),
            generated.Sample(Generated.Start + Second + Second / 2),
            generated.Frame(Generated.Start + Second + Second / 10, 101),
            generated.Call(Generated.Start + 10 * Second),
        ]);
        using var outputs = Outputs.Of(recording);

        RoundTrip.AssertSame(recording, outputs);
    }

    [Fact]
    public void ManySamplesWithoutARowBetweenThemAreKept()
    {
        var generated = new Generated(2);
        var recording = Record([.. Enumerable.Range(0, 3000).Select(number => generated.Sample(Generated.Start + number * 1_000_000L))]);
        using var outputs = Outputs.Of(recording);

        RoundTrip.AssertSame(recording, outputs);
        Assert.DoesNotContain("1970", string.Join('\n', Entries(outputs.RecordingPath)));
    }

    /// <summary>Times of the journal entries, as a reader of the file sees them.</summary>
    private static List<string> Entries(string path)
    {
        var times = new List<string>();
        using var file = File.OpenRead(path);
        var reader = new PcapNgReader(file);
        while (reader.Next(out var block))
        {
            if (block.Type != PcapNgBlockType.JournalEntry) continue;
            var fields = new JournalFieldReader(block.Entry, block.Offset);
            Assert.True(fields.Next(out _, out var value));
            times.Add(new Timestamp(long.Parse(value) * 1000).ToString());
        }

        Assert.NotEmpty(times);
        return times;
    }

    private Recording Record(List<Observation> arrivals)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N") + ".pcapng");
        using (var writer = RecordingWriter.Create(path, Generated.Info with { LinkType = 101 }))
        {
            foreach (var arrival in arrivals) arrival.Deliver(writer);
            Assert.True(writer.Complete(Generated.End));
        }

        return Recording.Open(path);
    }
}
