using TcpCapture.Export.Text;
using TcpCapture.Model;

namespace TcpCapture.Export.PcapNg;

/// <summary>Texts for the rows of the packet list: the MESSAGE of a journal entry, the comment of a frame.</summary>
// An event's number is also the number of its row; a frame's number is that in capture.pcap.
internal sealed class RowWords(RecordingInfo info)
{
    private const long Second = 1_000_000_000;

    /// <summary>Linux keeps TIME_WAIT for 60 s (TCP_TIMEWAIT_LEN); one second less, since samples and timers are not exact.</summary>
    private const long MinTimeWait = 59 * Second;

    private const int MaxCommentLength = 4096;

    private static readonly string[] FlagNames = [.. Enumerable.Range(0, 16).Select(SpellFlags)];

    private readonly PastEvents _past = new();
    private readonly RowText _text = new();
    private readonly long? _finTimeout = info.Settings.TryGetValue("net.ipv4.tcp_fin_timeout", out var text)
        && int.TryParse(text, out var seconds) ? seconds * Second : null;

    /// <summary>Remembers an event as a possible cause of later ones.</summary>
    public void Remember(in TimelineEvent e) => _past.Add(e);

    /// <summary>The text of a journal entry, valid until the next call.</summary>
    public ReadOnlySpan<char> Message(in TimelineEvent e)
    {
        _text.Clear();
        switch (e.Kind)
        {
            case EventKind.State:
                _text.Add(e.Side?.ToText()).Add(" ");
                if (e.IsFound)
                {
                    _text.Add(e.NewState.ToRfcName()).Add(" (").Add(e.Evidence.ToText()).Add("): ").Add(e.Note);
                    break;
                }

                _text.Add(e.OldState.ToRfcName()).Add(" → ").Add(e.NewState.ToRfcName());
                AddChangeCause(e);
                break;
            case EventKind.Call:
                _text.Add(e.Side?.ToText()).Add(" ").Add(EventText.Call(e));
                _text.Add(e.Call is { End: null } ? " …" : " = ").Add(EventText.Result(e));
                break;
            default:
                _text.Add(e.Note);
                break;
        }

        return _text.Text;
    }

    /// <summary>The comment of a frame: both states, the cause, and the note. Valid until the next call.</summary>
    public ReadOnlySpan<char> Comment(in TimelineEvent e)
    {
        _text.Clear();
        if (!e.IsReadable) return Short(_text.Add(e.Icmp is null ? "" : "ICMP error: ").Add(NoteText.Whole(e)).Text);
        _text.Add("client ").Add(Name(e.ClientState)).Add(", server ").Add(Name(e.ServerState));
        AddSegmentCause(e);
        if (NoteText.Whole(e) is { } note) _text.Add("; ").Add(note);

        return Short(_text.Text);
    }

    /// <summary>Cuts a comment so that it fits into a pcapng option of 64 KiB, even with untrusted text.</summary>
    private static ReadOnlySpan<char> Short(ReadOnlySpan<char> text) => text[..Math.Min(text.Length, MaxCommentLength)];

    /// <summary>Adds the cause of a change in brackets, and the evidence unless it is traced.</summary>
    private void AddChangeCause(in TimelineEvent e)
    {
        var start = _text.Text.Length;
        _text.Add(" (");
        switch (_past.Find(e.CausedBy))
        {
            case { Kind: EventKind.Segment } segment:
                AddSegment(segment);
                break;
            case { Call: { } call }:
                _text.Add(call).Add(", event ").Add(e.CausedBy);
                break;
            case null when e.CausedBy == 0:
                AddTime(e);
                break;
            default:
                _text.Add("event ").Add(e.CausedBy);
                break;
        }

        if (e.Evidence != Evidence.Traced || _text.Text.Length == start + 2)
            _text.Add(_text.Text.Length == start + 2 ? "" : "; ").Add(e.Evidence.ToText());
        _text.Add(")");
    }

    /// <summary>Adds the time spent in TIME_WAIT or FIN_WAIT_2; names the timer only if it had time to expire.</summary>
    private void AddTime(in TimelineEvent e)
    {
        if (e.OldState is not (TcpState.TimeWait or TcpState.FinWait2) || e.NewState != TcpState.Closed) return;
        if (e.Side is not { } side || e.Connection?[side] is not { StateSince: { } since }) return;
        var waited = e.Time - since;
        var due = e.OldState == TcpState.TimeWait ? MinTimeWait : _finTimeout - Second;
        _text.Add(waited >= due ? "timer, after " : "after ").AddSeconds(waited);
    }

    private void AddSegment(in PastEvent segment)
    {
        var flags = Spell(segment.Flags);
        if (segment.Length == 0 || flags != "ACK") _text.Add(flags).Add(", ");
        if (segment.Length > 0) _text.Add(segment.Length).Add(segment.Length == 1 ? " byte, " : " bytes, ");
        _text.Add("frame ").Add(segment.Frame);
    }

    private void AddSegmentCause(in TimelineEvent e)
    {
        if (e.CausedBy == 0) return;
        switch (_past.Find(e.CausedBy))
        {
            case { Kind: EventKind.Segment } segment:
                _text.Add(segment.Side != e.Side ? "; answers frame " : e.IsRetransmission ? "; repeats frame " : "; caused by frame ")
                    .Add(segment.Frame).Add(" (event ").Add(e.CausedBy).Add(")");
                break;
            case { Call: { } call, Side: { } side }:
                _text.Add("; caused by ").Add(side.ToText()).Add("'s ").Add(call).Add(" (event ").Add(e.CausedBy).Add(")");
                break;
            default:
                _text.Add("; caused by event ").Add(e.CausedBy);
                break;
        }
    }

    private static string Name(TcpState? state) => state?.ToRfcName() ?? "unknown";

    private static string Spell(TcpFlags flags) => FlagNames[((int)flags & 7) | (((int)flags & (int)TcpFlags.Ack) >> 1)];

    /// <summary>The flags SYN, FIN, RST and ACK in words: SYN-ACK.</summary>
    private static string SpellFlags(int bits)
    {
        string[] names = ["FIN", "SYN", "RST", "ACK"];
        return bits == 0 ? "no flags" : string.Join('-', names.Where((_, bit) => (bits & (1 << bit)) != 0));
    }
}

/// <summary>The latest events, to name causes in words; an older cause is named by its number only.</summary>
internal sealed class PastEvents
{
    public const int Capacity = 4096; // a power of two

    private readonly PastEvent[] _ring = new PastEvent[Capacity];

    public void Add(in TimelineEvent e) => _ring[e.Number & (Capacity - 1)] = e.IsReadable
        ? new PastEvent(e.Number, e.Kind, e.Side, e.Segment.Flags, e.Segment.Length, e.Frame, null)
        : new PastEvent(e.Number, e.Kind, e.Side, default, 0, e.Frame, e.Call?.Name);

    /// <summary>The event with that number; null if it is too old.</summary>
    public PastEvent? Find(long number) =>
        number > 0 && _ring[number & (Capacity - 1)] is var past && past.Number == number ? past : null;
}

/// <summary>The properties of an event that name it as a cause: flags, length and frame of a segment, or the name of a call.</summary>
internal readonly record struct PastEvent(
    long Number, EventKind Kind, Side? Side, TcpFlags Flags, int Length, long Frame, string? Call);
