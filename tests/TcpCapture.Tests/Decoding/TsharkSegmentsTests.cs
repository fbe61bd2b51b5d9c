using System.Globalization;
using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Tests.CaptureFiles;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.Decoding;

/// <summary>The segments in captures, compared with tshark's: its innermost TCP layer, without reassembly of datagrams.</summary>
public sealed class TsharkSegmentsTests(ITestOutputHelper output)
{
    /// <summary>Segments that only one of the two finds, and why.</summary>
    private static readonly Dictionary<string, (int Tsharks, int Ours, string Why)> Known = new()
    {
        ["tunnels__gre-aruba-amsdu.pcap"] = (1, 0, "tshark shows the last segment of an A-MSDU; we say that there are several"),
        ["tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap"] = (40, 0, "a segment in a tunnel's first fragment is not whole"),
        ["tunnels__teredo_bubble_with_payload.pcap"] = (0, 22, "tshark does not follow Teredo to other ports than its server's; Zeek does"),
    };

    /// <summary>Captures with tunnels, rare link layers, offloaded or cut segments, or damage. Few, because tshark is slow.</summary>
    private static readonly string[] Compared =
    [
        .. Known.Keys, "chksums__localhost-bad-chksum.pcap", "mixed-vlan-mpls.pcap", "mpls-in-vlan.pcap", "pbb.pcap",
        "ldap__missing_krbtgt_ldap_request.pcapng", "tls__pop3-starttls.pcap", "tunnels__geneve-47101.pcap",
        "tunnels__gre-over-udp-4754.pcap", "arcnet-rfc1201-arp-icmp-http.pcap", "babel_update_oobr.pcap", "bgp-bfd-cease.pcap",
        "bgp-extended-msg.pcapng", "bgp-large-community.pcap", "gso-ipv6-geneve-ipv6.pcap", "hoobr_nfs_printfh.pcap",
        "mptcp-tcprst.pcap", "nfs-seg-fault-1.pcapng", "scps_invalid.pcap", "timestamp_invalid_micro.pcap",
        "wccp_redirect_gre.pcap", "whois.pcap", "zmtp1.pcap",
    ];

    [Fact]
    public async Task SegmentsAndTheirChecksumsAreTsharks()
    {
        string[] paths = [.. SharedCaptures.Own("*.pcap"), .. SharedCaptures.Shared("*.pcap*").Where(path => Compared.Contains(Path.GetFileName(path)))];
        var agreed = 0;
        foreach (var path in paths)
        {
            var name = Path.GetFileName(path);
            var theirs = await Tsharks(path);
            var sink = new Sink();
            FrameLog.ReadAll(path, sink);
            var (onlyTheirs, onlyOurs) = (theirs.Except(sink.Lines).ToArray(), sink.Lines.Except(theirs).ToArray());
            agreed += theirs.Count - onlyTheirs.Length;
            foreach (var line in onlyTheirs) output.WriteLine($"{name}: only tshark {line}");
            foreach (var line in onlyOurs) output.WriteLine($"{name}: only ours   {line}");
            var (tsharks, ours, _) = Known.GetValueOrDefault(name);
            Assert.Equal((name, tsharks, ours), (name, onlyTheirs.Length, onlyOurs.Length));
        }

        output.WriteLine($"{agreed} segments of {paths.Length} files agree.");
    }

    private static async Task<List<string>> Tsharks(string path)
    {
        string[] fields =
        [
            "frame.number", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "tcp.seq_raw",
            "tcp.len", "tcp.flags", "tcp.checksum.status",
        ];
        string[] arguments =
        [
            "-n", "-r", path, "-Y", "tcp", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "tcp.check_checksum:TRUE",
            "-T", "fields", "-E", "occurrence=l", .. fields.SelectMany(field => new[] { "-e", field }),
        ];
        var (rows, _, _) = await Tshark.RunToAnyEnd("tshark", arguments); // some files are cut
        return [.. rows.Select(row => Line(row.Split('\t')))];
    }

    private static string Line(string[] f)
    {
        var protocols = f[1].Split(':');
        var isV6 = protocols[Array.LastIndexOf(protocols, "tcp") - 1] == "ipv6";
        var flags = Convert.ToInt32(f[10], 16) & 0x1FF;
        var isCorrect = f[11] switch { "1" => "correct", "0" => "not correct", _ => "unverified" };
        return $"{f[0]} {f[isV6 ? 4 : 2]} {f[6]} {f[isV6 ? 5 : 3]} {f[7]} {f[8]} {f[9]} {flags} {isCorrect}";
    }

    private sealed class Sink : IObservationSink
    {
        private int _number;

        public List<string> Lines { get; } = [];

        public void OnFrame(in Frame frame)
        {
            _number++;
            if (SegmentDecoder.Decode(frame, out var s) != DecodeResult.Segment) return;

            // tshark counts an offloaded checksum as wrong.
            var isCorrect = SegmentChecksum.Verify(frame.Bytes, s) switch
            {
                ChecksumResult.Correct => "correct",
                ChecksumResult.Unverifiable => "unverified",
                _ => "not correct",
            };
            Lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{_number} {s.Source.ToIPAddress()} {s.Source.Port} {s.Destination.ToIPAddress()} {s.Destination.Port} {s.Seq} {s.Length} {(int)s.Flags} {isCorrect}"));
        }

        public void OnCall(SocketCall call) => throw new InvalidOperationException("A capture makes no calls.");
        public void OnSample(SocketSample sample) => throw new InvalidOperationException("A capture takes no samples.");
        public void OnOwner(SocketOwner owner) => throw new InvalidOperationException("A capture knows no owners.");
        public void OnTrace(KernelEvent trace) => throw new InvalidOperationException("A capture traces nothing.");
    }
}
