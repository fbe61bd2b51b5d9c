using TcpCapture.Model;
using TcpCapture.PeerTools.Zeek;

namespace TcpCapture.Tests.PeerTools.Zeek;

/// <summary>Zeek's table of connections: its originators, the connections it drops and restarts, its checksum rules.</summary>
/// <param name="checksums">Segments with a wrong checksum are only counted.</param>
/// <param name="isBare">Zeek ran without its scripts: it knows no server ports.</param>
// Our connections differ from Zeek's only in these rules: with them, the results are equal.
internal sealed class ZeekTable(bool checksums, bool isBare)
{
    private const long Patience = 5_000_000_000; // tcp_attempt_delay, tcp_close_delay
    private const long Inactivity = 300_000_000_000; // tcp_inactivity_timeout

    private static readonly HashSet<ushort> LikelyServerPorts =
    [
        21, 22, 25, 53, 80, 81, 88, 102, 110, 135, 139, 143, 389, 443, 445, 465, 502, 514, 563, 585, 587, 614, 631, 636, 989, 990, 992, 993,
        995, 1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5060, 5222, 5223, 5269, 6379, 6666, 6667, 6668, 6669, 8000, 8080, 8888, 20000,
    ];

    private readonly Dictionary<FourTuple, Entry> _open = [];
    private readonly List<Entry> _all = [];

    public IEnumerable<(Endpoint Originator, Endpoint Responder, string State, string History)> Rows =>
        _all.Select(entry => (entry.Originator, entry.Responder, entry.Zeek.ConnState().ToText(), entry.Zeek.Letters));

    public void Add(in Segment segment, ReadOnlySpan<byte> frame)
    {
        var key = segment.Source.CompareTo(segment.Destination) <= 0 ? segment.FourTuple : segment.FourTuple.Reverse();
        var isSyn = segment.Has(TcpFlags.Syn);
        var isFirstSyn = isSyn && !segment.Has(TcpFlags.Ack);
        if (!_open.TryGetValue(key, out var entry) || IsGone(entry, segment.Time) || IsReuse(entry, segment))
        {
            var isFlipped = !isFirstSyn && IsLikely(segment.Source)
                && (!IsLikely(segment.Destination) || (!isSyn && segment.Source.Port < segment.Destination.Port));
            entry = isFlipped ? new Entry(segment.Destination, segment.Source) : new Entry(segment.Source, segment.Destination);
            _all.Add(entry);
            _open[key] = entry;
        }

        var side = segment.Source == entry.Originator ? Side.Client : Side.Server;
        entry.Last = segment.Time;
        if (checksums && !Checksum.IsRight(segment, frame)) entry.Zeek.AddCorrupt(side, isFirstSyn);
        else
        {
            entry.Segments++;
            if (isSyn && side == Side.Client) entry.FirstSyn ??= segment.Time;
            if (isSyn) entry.SynOf[(int)side] = segment.Seq;
            entry.Zeek.Add(side, segment, isWhole: true);
            if (entry.Closed is null && entry.Zeek.ConnState() is ConnState.SF or ConnState.SH or ConnState.SHR or ConnState.REJ
                or ConnState.RSTO or ConnState.RSTR or ConnState.RSTRH or ConnState.RSTOS0)
                entry.Closed = segment.Time;
        }
    }

    private static bool IsGone(Entry entry, Timestamp now) =>
        (entry.FirstSyn is { } syn && entry.Zeek.ConnState() == ConnState.S0 && now - syn >= Patience)
        || (entry.Closed is { } closed && now - closed >= Patience)
        || now - entry.Last >= Inactivity;

    private static bool IsReuse(Entry entry, in Segment segment)
    {
        if (!segment.Has(TcpFlags.Syn)) return false;
        var isAnswer = segment.Has(TcpFlags.Ack);
        if (isAnswer && (entry.Segments > 0 || segment.Source == entry.Originator)) return false;
        if (entry.Closed is not null && entry.Zeek.ConnState() == ConnState.SF) return true;
        return (isAnswer ? entry.SynOf[1] : entry.SynOf[0]) != segment.Seq;
    }

    private bool IsLikely(Endpoint end) => !isBare && LikelyServerPorts.Contains(end.Port);

    private sealed class Entry(Endpoint originator, Endpoint responder)
    {
        public Endpoint Originator { get; } = originator;
        public Endpoint Responder { get; } = responder;
        public ZeekHistory Zeek { get; } = new();
        public uint?[] SynOf { get; } = new uint?[2];
        public int Segments { get; set; }
        public Timestamp? FirstSyn { get; set; }
        public Timestamp? Closed { get; set; }
        public Timestamp Last { get; set; }
    }
}
