using System.Globalization;
using TcpCapture.Analysis;
using TcpCapture.Capture;
using TcpCapture.Correlation;
using TcpCapture.Model;
using TcpCapture.Tests.Capture.Files;

namespace TcpCapture.Tests.Analysis;

/// <summary>Our conn_state and history beside those of Zeek's own baselines, for captures of its test suite.</summary>
public sealed class ZeekAgreementTests(ITestOutputHelper output)
{
    /// <summary>Where we differ, why, and in how many of Zeek's connections.</summary>
    private static readonly Dictionary<string, (int Connections, string Why)> Known = new()
    {
        ["chksums__localhost-bad-chksum.pcap"] = (2, "Zeek looks at checksums, and takes one end's segments for another connection"),
        ["ssh__ssh.client-side-half-duplex.pcap"] = (10, "one end alone was captured: Zeek gives up an unanswered SYN after 5 s and begins anew"),
        ["tunnels__gre-aruba-amsdu.pcap"] = (1, "several segments in one frame (A-MSDU) are said, not taken apart"),
        ["tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap"] = (1, "fragments of the outer datagrams are said, not joined"),
    };

    [Fact]
    public void ConnStateAndHistoryAreZeeks()
    {
        var folder = Folder();
        Assert.SkipUnless(folder is not null, "../shared/captures/zeek is not here: Zeek's expectations cannot be compared.");
        var rows = File.ReadLines(Path.Combine(folder!, "expected.tsv")).Skip(1).Select(line => line.Split('\t')).ToArray();
        var agreed = new List<string>();
        var differing = new List<string>();
        foreach (var file in rows.GroupBy(row => row[0]))
        {
            var ours = Reports(Path.Combine(folder!, file.Key));
            foreach (var row in file)
            {
                var name = $"{row[0]} {row[2]}:{row[3]} {row[4]}:{row[5]}";
                var report = ours.FirstOrDefault(candidate => Is(candidate, row));
                if (report is null) differing.Add($"{name}: Zeek {row[6]} {row[7]}, ours missing");
                else
                {
                    ours.Remove(report);
                    var same = report.ConnState == row[6] && report.History == row[7];
                    (same ? agreed : differing).Add($"{name}: Zeek {row[6]} {row[7]}, ours {report.ConnState} {report.History}");
                }
            }
        }

        output.WriteLine($"{agreed.Count} of {rows.Length} agree.");
        foreach (var line in differing) output.WriteLine(line);
        Assert.DoesNotContain(differing, line => !Known.ContainsKey(line[..line.IndexOf(' ')]));
        Assert.InRange(differing.Count, 0, Known.Values.Sum(known => known.Connections));
    }

    private static bool Is(ConnectionReport report, string[] row) =>
        report.Connection.Client.Address.ToIPAddress().ToString() == row[2]
        && report.Connection.Client.Address.Port.ToString(CultureInfo.InvariantCulture) == row[3]
        && report.Connection.Server.Address.ToIPAddress().ToString() == row[4]
        && report.Connection.Server.Address.Port.ToString(CultureInfo.InvariantCulture) == row[5];

    private static List<ConnectionReport> Reports(string path)
    {
        var sink = new Sink();
        FrameLog.ReadAll(path, sink);
        sink.Correlator.Finish();
        return [.. sink.Reports.OrderBy(report => report.Connection.Number)];
    }

    private static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var zeek = Path.Combine(folder.FullName, "shared", "captures", "zeek");
            if (File.Exists(Path.Combine(zeek, "expected.tsv"))) return zeek;
        }

        return null;
    }

    private sealed class Sink : IObservationSink, ITimelineSink
    {
        private readonly ConnectionReports _reports = new();
        private long _frames;

        public Sink()
        {
            Correlator = new Correlator(this);
            _reports.Reported += Reports.Add;
        }

        public Correlator Correlator { get; }

        public List<ConnectionReport> Reports { get; } = [];

        public void OnFrame(in Frame frame)
        {
            if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment) Correlator.OnSegment(segment, ++_frames, frame);
        }

        public void OnCall(SocketCall call) => Assert.Fail("A capture holds no calls.");

        public void OnSample(SocketSample sample) => Assert.Fail("A capture holds no samples.");

        public void OnOwner(SocketOwner owner) => Assert.Fail("A capture holds no owners.");

        public void OnTrace(KernelEvent trace) => Assert.Fail("A capture holds no kernel events.");

        public void OnEvent(in TimelineEvent timelineEvent, in Frame frame) => _reports.OnEvent(timelineEvent, frame);

        public void OnConnectionEnded(Connection connection) => _reports.OnConnectionEnded(connection);
    }
}
