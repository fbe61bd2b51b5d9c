using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools;

/// <summary>A short notation for segments: <c>C S 0</c> is a SYN from the client with relative number 0.</summary>
/// <remarks>
/// Words: who (C or S), flags as tcpdump prints them, relative sequence number, and then any of <c>a</c>N (acknowledges relative N; the
/// default is all the other has sent), <c>l</c>N (payload bytes), <c>w</c>N (window), <c>cut</c> (payload not captured), <c>bad</c> (wrong
/// checksum). Segments are separated by semicolons.
/// </remarks>
internal static class Talk
{
    private static readonly Endpoint Client = Endpoint.FromBytes([10, 0, 0, 1], 40000);
    private static readonly Endpoint Server = Endpoint.FromBytes([10, 0, 0, 2], 7777);

    public static IEnumerable<(Side Side, Segment Segment, bool IsWhole, bool IsBad)> Read(string text, uint clientIss = 1000, uint serverIss = 0xFFFF_FFF0)
    {
        var time = 1_795_000_000_000_000_000;
        uint[] next = [clientIss, serverIss];
        foreach (var line in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            var side = words[0] == "C" ? Side.Client : Side.Server;
            var (own, other) = side == Side.Client ? (clientIss, serverIss) : (serverIss, clientIss);
            var flags = Enum.GetValues<TcpFlags>().Where(flag => flag != 0 && words[1].Contains(flag.ToTcpdump(), StringComparison.Ordinal))
                .Aggregate(TcpFlags.None, (all, flag) => all | flag);
            var segment = new Segment
            {
                Time = new Timestamp(time += 1_000_000),
                Source = side == Side.Client ? Client : Server,
                Destination = side == Side.Client ? Server : Client,
                Flags = flags,
                Seq = unchecked(own + (uint)int.Parse(words[2])),
                Ack = flags.HasFlag(TcpFlags.Ack) ? Word(words, 'a') is { } ack ? unchecked(other + (uint)ack) : next[1 - (int)side] : 0,
                Window = (ushort)(Word(words, 'w') ?? 512),
                Length = Word(words, 'l') ?? 0,
            };
            if (SequenceNumber.After(segment.NextSeq, next[(int)side])) next[(int)side] = segment.NextSeq;
            yield return (side, segment, !words.Contains("cut"), words.Contains("bad"));
        }
    }

    private static int? Word(string[] words, char letter) =>
        words.Skip(3).FirstOrDefault(word => word[0] == letter && char.IsAsciiDigit(word[^1])) is { } found ? int.Parse(found[1..]) : null;
}
