using System.Globalization;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.Export;

/// <summary>A connection in the output of tshark.</summary>
internal sealed class TsharkStream
{
    private const int Fin = 0x01, Syn = 0x02, Rst = 0x04, Ack = 0x10;

    private const string Fields =
        "frame.number frame.time_epoch tcp.stream ip.src ipv6.src tcp.srcport ip.dst ipv6.dst tcp.dstport tcp.flags tcp.seq_raw "
        + "tcp.ack_raw tcp.len tcp.analysis.retransmission tcp.completeness";

    private readonly List<TsharkSegment> _segments = [];

    public string Client => _segments[0].From;

    public string Server => _segments[0].To;

    public string SynRetransmissions => Count(Math.Max(0, _segments.Count(s => s.From == Client && (s.Flags & (Syn | Ack)) == Syn) - 1));

    /// <summary>tshark's retransmissions, without the SYN-ACKs of a simultaneous open, which it takes for retransmitted SYNs.</summary>
    public string Retransmissions => Count(_segments.Count(s => s.IsRetransmission && !IsFirstSynAck(s)));

    public string Completeness { get; private set; } = "";

    /// <summary>From the first SYN until both SYNs were acknowledged; empty if one was not, or only by an RST.</summary>
    public string HandshakeMilliseconds
    {
        get
        {
            var acks = _segments.Where(s => (s.Flags & Syn) != 0).DistinctBy(s => s.From).Select(syn => _segments.FirstOrDefault(
                s => s.From == syn.To && (s.Flags & (Rst | Ack)) == Ack && s.AckNumber == unchecked(syn.Seq + 1))).ToArray();
            return acks.Length < 2 || acks.Contains(null)
                ? "" : ((acks.Max(ack => ack!.Time) - _segments[0].Time) * 1000).ToString("F6", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The end that sent the first FIN; both if neither FIN acknowledges the other.</summary>
    public string ClosedBy
    {
        get
        {
            var fins = _segments.Where(s => (s.Flags & Fin) != 0).DistinctBy(s => s.From).ToArray();
            if (fins.Length == 0) return "nobody";
            if (fins is [var one, var other] && other.AckNumber == one.Seq + one.Length) return "both";
            return Side(fins[0]);
        }
    }

    public string ResetBy => _segments.FirstOrDefault(s => (s.Flags & Rst) != 0) is { } reset ? Side(reset) : "";

    public static async Task<List<TsharkStream>> Read(string capture)
    {
        var lines = await Tshark.Run("tshark",
            [
                "-2", "-r", capture, "-Y", "tcp && !icmp && !icmpv6", "-o", "tcp.relative_sequence_numbers:false", "-T", "fields",
                .. Fields.Split(' ').SelectMany(field => (string[])["-e", field]),
            ]);
        var streams = new SortedDictionary<int, TsharkStream>();
        foreach (var fields in lines.Select(line => line.Split('\t')))
        {
            var number = int.Parse(fields[2], CultureInfo.InvariantCulture);
            if (!streams.TryGetValue(number, out var stream)) streams.Add(number, stream = new TsharkStream());
            stream._segments.Add(TsharkSegment.Of(fields));
            stream.Completeness = fields[14];
        }

        return [.. streams.Values];
    }

    public string Segments(bool ofClient) => Count(_segments.Count(s => (s.From == Client) == ofClient));

    /// <summary>Payload bytes without retransmissions.</summary>
    public string Bytes(bool ofClient) => Count(
        _segments.Where(s => (s.From == Client) == ofClient)
            .SelectMany(s => Enumerable.Range(0, s.Length).Select(offset => unchecked(s.Seq + (uint)offset))).Distinct().Count());

    private bool IsFirstSynAck(TsharkSegment segment) =>
        (segment.Flags & (Syn | Ack)) == (Syn | Ack) && _segments.First(s => s.From == segment.From && (s.Flags & (Syn | Ack)) == (Syn | Ack)) == segment;

    private string Side(TsharkSegment segment) => segment.From == Client ? "client" : "server";

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A segment in the output of tshark.</summary>
internal sealed record TsharkSegment(
    int Frame, decimal Time, string From, string To, int Flags, uint Seq, uint AckNumber, int Length, bool IsRetransmission)
{
    /// <summary>Parses the fields in the order of <see cref="TsharkStream.Read"/>.</summary>
    public static TsharkSegment Of(string[] f) => new(
        int.Parse(f[0], CultureInfo.InvariantCulture), decimal.Parse(f[1], CultureInfo.InvariantCulture), End(f[3], f[4], f[5]), End(f[6], f[7], f[8]),
        Convert.ToInt32(f[9], 16), uint.Parse(f[10], CultureInfo.InvariantCulture),
        f[11].Length == 0 ? 0 : uint.Parse(f[11], CultureInfo.InvariantCulture), int.Parse(f[12], CultureInfo.InvariantCulture), f[13].Length > 0);

    private static string End(string ipv4, string ipv6, string port) => ipv4.Length > 0 ? $"{ipv4}:{port}" : $"[{ipv6}]:{port}";
}
