using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.PeerTools.Wireshark;
using TcpCapture.Tests.Architecture;
using TcpCapture.Tests.CaptureFiles;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.PeerTools.Wireshark;

/// <summary>Compares our marks and completeness with tshark's.</summary>
public sealed class MarksAgreementTests(ITestOutputHelper output)
{
    private const int Captures = 12;

    /// <summary>Generated traffic tests the rules only: the connection of a segment is known, and a new stream is a new flow.</summary>
    [Fact]
    public async Task EverySegmentOfRandomTrafficHasTsharksMarks()
    {
        var agreement = new MarkAgreement();
        for (var seed = 1; seed <= Captures; seed++)
        {
            using var file = new TemporaryFile($"marks-{seed}.pcap");
            GeneratedCapture.Write(file.Path, GeneratedCapture.Traffic(seed, rounds: 1500, connections: 6));
            agreement.Add($"seed {seed}", ByPort(file.Path), await TsharkMarks.Read(file.Path));
        }

        output.WriteLine(agreement.ToString());
        foreach (var difference in agreement.Differences.Take(20)) output.WriteLine(difference);
        Assert.Empty(agreement.Differences);
    }

    [Fact]
    public async Task CompletenessIsTsharksAlsoWithoutTheBeginning()
    {
        for (var seed = 100; seed < 104; seed++)
        {
            using var file = new TemporaryFile($"completeness-{seed}.pcap");
            GeneratedCapture.Write(file.Path, GeneratedCapture.Traffic(seed, rounds: 120, connections: 12));
            var streams = (await TsharkMarks.Read(file.Path)).GroupBy(frame => frame.Stream).ToDictionary(g => g.Key, g => g.Last().Frame);
            var byFrame = new Dictionary<long, int>();
            ByPort(file.Path, byFrame);
            foreach (var (stream, completeness) in await TsharkMarks.Completeness(file.Path))
                Assert.True(byFrame[streams[stream]] == completeness, $"seed {seed}, stream {stream}: {byFrame[streams[stream]]}, tshark {completeness}");
        }
    }

    [Fact]
    public async Task OurRecordingsHaveTsharksMarks()
    {
        var agreement = new MarkAgreement();
        var root = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings");
        foreach (var name in GoldenTests.Names.Select(row => row.Data))
        {
            using var outputs = Outputs.Of(Recording.Open(Path.Combine(root, name)));
            var capture = Path.Combine(outputs.Folder, "capture.pcap");
            agreement.Add(name, OwnMarks.Read(capture).Frames, await TsharkMarks.Read(capture));
        }

        Show(agreement);
        Assert.Empty(agreement.Differences);
    }

    [Fact]
    public async Task CaptureFilesHaveTsharksMarks()
    {
        string[] files = [.. SharedCaptures.Own("*.pcap"), .. SharedCaptures.Shared("*.pcap*").Where(path => path.Contains("/zeek/", StringComparison.Ordinal))];
        var agreement = new MarkAgreement();
        var completeness = new List<string>();
        foreach (var file in files)
        {
            var name = Path.GetFileName(file);
            var own = OwnMarks.Read(file);
            var theirs = await TsharkMarks.Read(file);
            if (!name.EndsWith("incl_fragmentation.pcap", StringComparison.Ordinal)) // tshark puts IP fragments together, we do not
                agreement.Add(name, own.Frames, theirs);
            var stream = theirs.ToDictionary(frame => frame.Frame, frame => frame.Stream);
            var values = await TsharkMarks.Completeness(file);
            foreach (var (number, value) in own.Completeness)
            {
                var frame = own.Frames.First(f => f.Stream == number).Frame;
                if (!stream.TryGetValue(frame, out var theirStream)) continue;
                completeness.Add($"{(values[theirStream] == value ? "same" : "differs")} {name} {number}: {value}, tshark {values[theirStream]}");
            }
        }

        Show(agreement);
        foreach (var line in completeness.Where(line => line.StartsWith("differs", StringComparison.Ordinal))) output.WriteLine(line);
        output.WriteLine($"completeness: {completeness.Count(line => line.StartsWith("same", StringComparison.Ordinal))} of {completeness.Count} connections alike");
        Assert.True(agreement.Percent >= 99.9, agreement.ToString());
        Assert.DoesNotContain(completeness, line => line.StartsWith("differs", StringComparison.Ordinal));
    }

    private void Show(MarkAgreement agreement)
    {
        output.WriteLine(agreement.ToString());
        foreach (var difference in agreement.Differences.Take(40)) output.WriteLine(difference);
    }

    private static List<MarkedFrame> ByPort(string path, Dictionary<long, int>? completenessByFrame = null)
    {
        var sink = new FlowByPort(completenessByFrame);
        FrameLog.ReadAll(path, sink);
        return sink.Marked;
    }

    private sealed class FlowByPort(Dictionary<long, int>? completeness) : IObservationSink
    {
        private readonly Dictionary<int, WiresharkFlow> _flows = [];
        private long _frames;

        public List<MarkedFrame> Marked { get; } = [];

        public void OnFrame(in Frame frame)
        {
            _frames++;
            Assert.Equal(DecodeResult.Segment, SegmentDecoder.Decode(frame, out var segment));
            var side = segment.Destination.Port == GeneratedCapture.ServerPort ? Side.Client : Side.Server;
            var port = side == Side.Client ? segment.Source.Port : segment.Destination.Port;
            if (!_flows.TryGetValue(port, out var flow)) _flows.Add(port, flow = new WiresharkFlow());
            Marked.Add(new MarkedFrame(_frames, port, flow.Add(side, segment)));
            completeness?.Add(_frames, flow.Completeness);
        }

        public void OnCall(SocketCall call) => Assert.Fail("A capture holds no calls.");
        public void OnSample(SocketSample sample) => Assert.Fail("A capture holds no samples.");
        public void OnOwner(SocketOwner owner) => Assert.Fail("A capture holds no owners.");
        public void OnTrace(KernelEvent trace) => Assert.Fail("A capture holds no kernel events.");
    }
}
