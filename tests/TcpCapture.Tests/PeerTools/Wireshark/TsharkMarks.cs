using System.Globalization;
using TcpCapture.Model;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.PeerTools.Wireshark;

/// <summary>tshark's marks of the segments of a capture, with default preferences.</summary>
internal static class TsharkMarks
{
    /// <summary>The version with these rules; others may differ.</summary>
    public const string Version = "4.0.";

    /// <summary>tshark's names, in the order of the marks' bits.</summary>
    public static readonly string[] Names =
    [
        "retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order", "duplicate_ack", "lost_segment",
        "ack_lost_segment", "zero_window", "zero_window_probe", "zero_window_probe_ack", "window_update", "window_full", "keep_alive",
        "keep_alive_ack", "reused_ports",
    ];

    /// <summary>The frames with a TCP header outside of error messages.</summary>
    public static async Task<List<MarkedFrame>> Read(string path)
    {
        var first = (await Tshark.Run("tshark", "--version"))[0];
        Assert.SkipUnless(first.Contains(" " + Version, StringComparison.Ordinal), $"The rules are those of tshark {Version}x; here is {first}");
        var lines = await Tshark.Run(
            "tshark",
            [
                "-r", path, "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", "-e", "frame.number", "-e", "tcp.stream",
                .. Names.SelectMany(name => (string[])["-e", "tcp.analysis." + name]),
            ]);
        return [.. lines.Select(line => Frame(line.Split('\t')))];
    }

    /// <summary>tshark's completeness of every connection after two passes, by stream.</summary>
    public static async Task<Dictionary<long, int>> Completeness(string path)
    {
        var lines = await Tshark.Run(
            "tshark", "-2", "-r", path, "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", "-e", "tcp.stream", "-e", "tcp.completeness");
        var values = new Dictionary<long, int>();
        foreach (var fields in lines.Select(line => line.Split('\t'))) values[Number(fields[0])] = (int)Number(fields[1]);
        return values;
    }

    private static MarkedFrame Frame(string[] fields)
    {
        var marks = SegmentMarks.None;
        for (var bit = 0; bit < Names.Length; bit++)
            if (fields.Length > bit + 2 && fields[bit + 2].Length > 0) marks |= (SegmentMarks)(1 << bit);
        return new MarkedFrame(Number(fields[0]), Number(fields[1]), marks);
    }

    private static long Number(string field) => long.Parse(field.Split(',')[^1], CultureInfo.InvariantCulture);
}
