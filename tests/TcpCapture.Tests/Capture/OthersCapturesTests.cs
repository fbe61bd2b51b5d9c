using TcpCapture.Capture;

namespace TcpCapture.Tests.Capture;

/// <summary>The captures of other projects' test suites, many of them broken on purpose.</summary>
public class OthersCapturesTests
{
    /// <summary>
    /// How many segments tshark 4.0.17 shows (innermost TCP, datagrams not reassembled), where there are tunnels or rare link
    /// layers; less what is said instead: 40 first fragments of GTP-U's datagrams, and an A-MSDU.
    /// </summary>
    private static readonly Dictionary<string, int> Segments = new()
    {
        ["mixed-vlan-mpls.pcap"] = 47,
        ["mpls-in-vlan.pcap"] = 3,
        ["pbb.pcap"] = 8,
        ["tunnels__geneve-47101.pcap"] = 24,
        ["tunnels__gre-aruba-amsdu.pcap"] = 0,
        ["tunnels__gre-over-udp-4754.pcap"] = 10,
        ["tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap"] = 32,
        ["tls__pop3-starttls.pcap"] = 33,
        ["arcnet-rfc1201-arp-icmp-http.pcap"] = 14,
        ["gso-ipv6-geneve-ipv6.pcap"] = 1,
        ["mptcp-tcprst.pcap"] = 2,
        ["scps_invalid.pcap"] = 2,
        ["timestamp_invalid_micro.pcap"] = 3,
        ["wccp_redirect_gre.pcap"] = 1,

        // Zeek's own count: tshark does not follow Teredo to ports that are not its server's.
        ["tunnels__teredo_bubble_with_payload.pcap"] = 22,
    };

    [Fact]
    public void EveryOneDecodesAndTheSegmentsAreThoseOfTshark()
    {
        var folder = Folder();
        Assert.SkipUnless(folder is not null, "../shared/captures is not here: the captures of others cannot be decoded.");
        var found = new Dictionary<string, int>();
        foreach (var path in Directory.EnumerateFiles(folder!, "*.pcap*", SearchOption.AllDirectories))
        {
            var sink = new RecordingSink();
            try
            {
                using var reader = new PcapFileReader(path);
                reader.ReadAll(sink);
            }
            catch (IOException)
            {
                Assert.DoesNotContain(Path.GetFileName(path), Segments.Keys); // libpcap does not take it for a capture
            }

            found[Path.GetFileName(path)] = sink.Results.Count(result => result == DecodeResult.Segment);
        }

        Assert.Equal(Segments.OrderBy(s => s.Key), found.Where(f => Segments.ContainsKey(f.Key)).OrderBy(f => f.Key));
    }

    private static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var captures = Path.Combine(folder.FullName, "shared", "captures");
            if (Directory.Exists(Path.Combine(captures, "malformed"))) return captures;
        }

        return null;
    }
}
