using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Tests.CaptureFiles;

namespace TcpCapture.Tests.PeerTools.Zeek;

/// <summary>Compares our conn_state and history with Zeek's own baselines, for captures of its test suite.</summary>
public sealed class ZeekAgreementTests(ITestOutputHelper output)
{
    private const string Fragments = "tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap";

    private const string SeveralInOne = "tunnels__gre-aruba-amsdu.pcap";

    private const string Gives5Seconds =
        "one direction alone was captured: Zeek forgets a SYN that nothing has answered for 5 s, what follows is another connection to it";

    /// <summary>Intended differences, their reasons, and the number of Zeek's connections.</summary>
    private static readonly Dictionary<string, (int Connections, string Why)> OnPurpose = new()
    {
        ["chksums__localhost-bad-chksum.pcap"] = (2, "checksums are looked at on demand; then the client whose segments are all wrong is no connection of its own"),
        ["ssh__ssh.client-side-half-duplex.pcap"] = (10, Gives5Seconds),
        [Fragments] = (1, "fragments of the outer datagrams are said, not joined: what they carry shows as gaps"),
        [SeveralInOne] = (1, "several segments in one frame (A-MSDU) are said, not taken apart"),
    };

    /// <summary>Zeek's tests that run without its scripts.</summary>
    private static readonly HashSet<string> Bare = ["chksums__localhost-bad-chksum.pcap", SeveralInOne];

    [Fact]
    public void WithZeeksOwnTableEveryConnectionIsZeeks()
    {
        var folder = Folder();
        Assert.SkipUnless(folder is not null, "../shared/captures/zeek is not here: Zeek's expectations cannot be compared.");
        var agreed = 0;
        var missing = new List<string>();
        var differing = new List<string>();
        foreach (var file in Rows(folder!).GroupBy(row => row[0]))
        {
            // The column checksums_verified does not help: it is "no" where the history is full of wrong checksums, and "yes"
            // where every checksum of a client is wrong (offloaded) and all its segments are counted.
            var checksums = file.Any(row => row[7].Contains('C', StringComparison.OrdinalIgnoreCase));
            var ours = ZeekRows(Path.Combine(folder!, file.Key), checksums, Bare.Contains(file.Key));
            foreach (var row in file)
            {
                var name = $"{row[0]} {row[2]}:{row[3]} {row[4]}:{row[5]}";
                var at = ours.FindIndex(ours => Is(ours.Originator, row[2], row[3]) && Is(ours.Responder, row[4], row[5]));
                if (at < 0)
                {
                    missing.Add(name);
                    continue;
                }

                var (_, _, state, history) = ours[at];
                ours.RemoveAt(at);
                if (state == row[6] && history == row[7]) agreed++;
                else differing.Add($"{name}: Zeek {row[6]} {row[7]}, ours {state} {history}");
            }
        }

        output.WriteLine($"{agreed} agree, {differing.Count} differ, {missing.Count} are not decoded.");
        foreach (var line in missing) output.WriteLine("not decoded: " + line);
        foreach (var line in differing) output.WriteLine("differs: " + line);
        Assert.All(differing, line => Assert.StartsWith(Fragments, line));
        Assert.InRange(differing.Count, 0, 1);
        Assert.All(missing, line => Assert.StartsWith(SeveralInOne, line));
    }

    [Fact]
    public void ConnStateAndHistoryAreZeeks()
    {
        var folder = Folder();
        Assert.SkipUnless(folder is not null, "../shared/captures/zeek is not here: Zeek's expectations cannot be compared.");
        var rows = Rows(folder!);
        var agreed = new List<string>();
        var differing = new List<string>();
        foreach (var file in rows.GroupBy(row => row[0]))
        {
            var ours = Connections(Path.Combine(folder!, file.Key));
            foreach (var row in file)
            {
                var name = $"{row[0]} {row[2]}:{row[3]} {row[4]}:{row[5]}";
                var connection = ours.FirstOrDefault(candidate => Is(candidate, row));
                if (connection is null) differing.Add($"{name}: Zeek {row[6]} {row[7]}, ours missing");
                else
                {
                    ours.Remove(connection);
                    var same = connection.ConnState.ToText() == row[6] && connection.History == row[7];
                    (same ? agreed : differing).Add($"{name}: Zeek {row[6]} {row[7]}, ours {connection.ConnState} {connection.History}");
                }
            }
        }

        output.WriteLine($"{agreed.Count} of {rows.Length} agree.");
        foreach (var line in differing) output.WriteLine(line);
        foreach (var file in differing.GroupBy(line => line[..line.IndexOf(' ')]))
        {
            var most = OnPurpose.TryGetValue(file.Key, out var known) ? known.Connections : 0;
            Assert.True(file.Count() <= most, $"{file.Key}: {file.Count()} differ, {most} should.");
        }
    }

    private static string[][] Rows(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "expected.tsv")).Skip(1).Select(line => line.Split('\t'))];

    private static bool Is(Connection connection, string[] row) =>
        Is(connection.Client.Address, row[2], row[3]) && Is(connection.Server.Address, row[4], row[5]);

    private static bool Is(Endpoint end, string address, string port) =>
        end.ToIPAddress().ToString() == address && end.Port.ToString(CultureInfo.InvariantCulture) == port;

    private static List<(Endpoint Originator, Endpoint Responder, string State, string History)> ZeekRows(string path, bool checksums, bool isBare)
    {
        var sink = new FrameSink(new ZeekTable(checksums, isBare));
        FrameLog.ReadAll(path, sink);
        return [.. sink.Table.Rows];
    }

    private static List<Connection> Connections(string path)
    {
        var sink = new Sink();
        FrameLog.ReadAll(path, sink);
        sink.Correlator.Finish();
        return [.. sink.Connections.OrderBy(connection => connection.Number)];
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
        private long _frames;

        public Sink()
        {
            Correlator = new Correlator(this);
        }

        public Correlator Correlator { get; }
        public List<Connection> Connections { get; } = [];

        public void OnFrame(in Frame frame)
        {
            if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment) Correlator.OnSegment(segment, ++_frames, frame);
        }

        public void OnCall(SocketCall call) => Assert.Fail("A capture holds no calls.");
        public void OnSample(SocketSample sample) => Assert.Fail("A capture holds no samples.");
        public void OnOwner(SocketOwner owner) => Assert.Fail("A capture holds no owners.");
        public void OnTrace(KernelEvent trace) => Assert.Fail("A capture holds no kernel events.");
        public void OnConnectionEnded(Connection connection) => Connections.Add(connection);
    }

    private sealed class FrameSink(ZeekTable table) : IObservationSink
    {
        public ZeekTable Table => table;

        public void OnFrame(in Frame frame)
        {
            if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment) table.Add(segment, frame.Bytes);
        }

        public void OnCall(SocketCall call) => Assert.Fail("A capture holds no calls.");
        public void OnSample(SocketSample sample) => Assert.Fail("A capture holds no samples.");
        public void OnOwner(SocketOwner owner) => Assert.Fail("A capture holds no owners.");
        public void OnTrace(KernelEvent trace) => Assert.Fail("A capture holds no kernel events.");
    }
}
