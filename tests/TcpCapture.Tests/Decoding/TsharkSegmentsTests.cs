using System.Globalization;
using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Tests.CaptureFiles;
using TcpCapture.Tests.CaptureFiles.Pcap;
using TcpCapture.Tests.Decoding.Tunnels;
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

    /// <summary>Frames that tshark does not decode as we do, although each holds a segment.</summary>
    private static readonly HashSet<string> OnlyOurs =
    [
        "Cisco MetaData with a second option", "Cisco MetaData, 802.2", // tshark takes one option and an Ethernet type for granted
        "FabricPath", "FabricPath with Cisco MetaData", // tshark takes the last four bytes for a checksum
        "NFLOG, big-endian, IPv6", // tshark goes by the byte order of the file
        "CAPWAP with 802.11", // tshark takes the control field for swapped, as Cisco does
        "Ethernet of a LAN over PPP", "Cisco HDLC with its direction", "Frame Relay with its direction", "PPP as pppd writes it",
        "Ethernet over MPLS with a control word", "NSH in IPv6", "macOS, all interfaces", "little-endian LOOP",
        "VXLAN on the port of old Linux", "GTP-U", "GTP-U with a sequence number", "GTP-U with extensions", // length 0 in its header
    ];

    /// <summary>One frame of each link layer and tunnel, in a file for each link type.</summary>
    [Fact]
    public async Task SegmentsInMadeFramesAreTsharks()
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-frames-");
        try
        {
            var differences = new List<string>();
            foreach (var frames in TunnelFrames.All.GroupBy(frame => frame.LinkType))
            {
                var file = new RawPcap(linkType: (uint)frames.Key);
                foreach (var (_, _, bytes) in frames) file.Packet(1, 0, bytes, (uint)bytes.Length);
                var path = Path.Combine(folder.FullName, $"{frames.Key}.pcap");
                await File.WriteAllBytesAsync(path, file.ToArray(), TestContext.Current.CancellationToken);
                var theirs = await Tsharks(path);
                var sink = new Sink();
                FrameLog.ReadAll(path, sink);
                foreach (var (frame, ours) in frames.Zip(sink.Lines, (frame, line) => (frame, line)))
                {
                    var isTsharks = theirs.Contains(ours);
                    if (isTsharks == OnlyOurs.Contains(frame.Name)) differences.Add($"{frame.Name}: {ours}, tshark has it: {isTsharks}");
                }
            }

            Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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
            "-n", "-r", path, "-Y", "tcp && !icmp && !icmpv6", // no quotes
            "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "tcp.check_checksum:TRUE",
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
