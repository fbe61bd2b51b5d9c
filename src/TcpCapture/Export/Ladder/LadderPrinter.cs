using System.Globalization;
using TcpCapture.Export.Text;
using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>Draws the timeline as a ladder: the client's lifeline on the left, the server's on the right, arrows between them.</summary>
// States and calls are beside the lifelines. A cause is named unless it is the line above. The line of a segment also shows
// the state change of the sender that sent it and of the receiver that accepted it, so a handshake takes three lines. The line
// has the segment's number. Other events have their own lines. A line is written when the next event is known, so memory does
// not grow with the timeline.
internal sealed class LadderPrinter : ITimelineSink
{
    private readonly RecordingInfo _info;
    private readonly LadderPaint _paint;
    private readonly LadderPage _page;
    private readonly FindingPrinter _findings;
    private readonly RecentEvents _recent = new();
    private readonly LadderLegend _legend;
    private TimelineEvent? _change;
    private TimelineEvent? _segment;
    private TimelineEvent? _senderChange;
    private TimelineEvent? _receiverChange;
    private (long First, long Last) _above;
    private bool _findingsBegun;
    private bool _begun;

    public LadderPrinter(TextWriter output, RecordingInfo info, LadderOptions options)
    {
        _info = info;
        _legend = new LadderLegend(info.Captures is not null);
        _paint = new LadderPaint(options.Colour);
        _page = LadderPage.Of(output, options, info.Captures is not null);
        _findings = new FindingPrinter(_page);
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (!_begun) PrintHeader();
        _recent.Add(timelineEvent);
        switch (timelineEvent.Kind)
        {
            case EventKind.State:
                OnChange(timelineEvent);
                break;
            case EventKind.Segment when timelineEvent.IsReadable:
                OnSegment(timelineEvent);
                break;
            case EventKind.Call:
                Flush();
                PrintCall(timelineEvent);
                break;
            case EventKind.Icmp when timelineEvent is { Connection: not null, Side: not null }:
                Flush();
                PrintIcmp(timelineEvent);
                break;
            case EventKind.Finding:
                Flush();
                PrintFinding(timelineEvent);
                break;
            default:
                Flush();
                PrintUnreadable(timelineEvent);
                break;
        }
    }

    public void OnCompleted(in TimelineEnd end)
    {
        if (!_begun) PrintHeader();
        Flush();
        _legend.Print(_page, _paint);
    }

    private void PrintHeader()
    {
        _begun = true;
        var start = _info.HasTimes ? _info.Start.ToString() : "no times";
        _page.Across(PlainText.Of($"{(_info.Scenario.Length > 0 ? _info.Scenario : "recording")}  {start}"), _paint.Bold);
        if (_info.Captures is { } captures)
        {
            PrintFaint($"capture file{(captures.Count == 1 ? "" : "s")}: {string.Join(", ", captures)}");
            PrintFaint($"states: {_info.StateSourceReason}");
        }
        else
        {
            PrintHost(_info, _info.Peer is null ? "" : "first host: ");
            if (_info.Peer is { } peer) PrintHost(peer, "second host: ");
        }

        _page.Blank();
        _page.Heads(_info.Server is { } address ? $"server {address}" : "server");
    }

    private void PrintHost(RecordingInfo host, string which)
    {
        PrintFaint($"{which}recorded on {host.Host}, {host.System}");
        PrintFaint($"captured on {host.Interface}{(host.Filter.Length > 0 ? $" ({IcmpFilter.Shown(host.Filter)})" : "")}");
        var clock = host.TraceClockBoundNanoseconds is { } bound
            ? string.Create(CultureInfo.InvariantCulture, $"; trace and capture clocks agree within {bound / 1e3:0.0} µs") : "";
        PrintFaint($"states: {host.StateSourceReason}{clock}");
    }

    private void PrintFaint(string text) => _page.Across(PlainText.Of(text), _paint.Faint);

    private void OnChange(in TimelineEvent e)
    {
        _legend.Add(e.Evidence);
        if (_segment is { } segment && _receiverChange is null && e.CausedBy == segment.Number && e.Side != segment.Side
            && e.Connection is not null)
        {
            _receiverChange = e;
            return;
        }

        Flush();
        _change = e;
    }

    private void OnSegment(in TimelineEvent e)
    {
        // A state found at the beginning is not a change that sent this segment.
        TimelineEvent? own = null;
        if (_change is { IsFound: false } change && change.Connection == e.Connection && change.Side == e.Side)
            (own, _change) = (change, null);
        Flush();
        _segment = e;
        _senderChange = own;
    }

    private void Flush()
    {
        if (_segment is { } segment) PrintSegment(segment);
        if (_change is { } change) PrintChange(change);
        _segment = _senderChange = _receiverChange = _change = null;
    }

    private void PrintSegment(in TimelineEvent e)
    {
        var fromClient = e.Side == Side.Client;
        var label = LadderWords.Label(e, _page.ArrowWidth - 3, _page.IsWide);
        var arrow = LadderRow.Arrow(label, _page.ArrowWidth, fromClient);
        var isFailure = e.Segment.Has(TcpFlags.Rst) || e.Passage is { IsLost: true };
        var painted = isFailure ? _paint.Failure(arrow) : e.IsRetransmission ? _paint.Warning(arrow) : arrow;
        var sender = _senderChange is { } own ? StateText(own, e.Time) : StandingState(e);
        var receiver = _receiverChange is { } change ? StateText(change, e.Time) : LadderText.Empty;

        var note = Notes(_senderChange?.Note, MarkText.Short(e), e.Note, PassageText.Short(e), _receiverChange?.Note);
        var paint = e.Segment.Has(TcpFlags.Rst) ? _paint.Failure : e.IsRetransmission ? _paint.Warning : (Func<string, string>)_paint.Faint;
        var why = new Reason(note, Cause(e.IsRetransmission && !e.Segment.Has(TcpFlags.Syn) ? 0 : e.CausedBy), paint);
        Print(e, sender, receiver, new LadderText(arrow, painted), why);
        _above = (_senderChange?.Number ?? e.Number, _receiverChange?.Number ?? e.Number);
    }

    private void PrintChange(in TimelineEvent e)
    {
        var why = new Reason(PlainText.Of(e.Note ?? ""), Cause(e.CausedBy), _paint.Faint);
        Print(e, StateText(e, e.Time), LadderText.Empty, LadderText.Empty, why);
        _above = (e.Number, e.Number);
    }

    /// <summary>Prints a line with its reason: on the actor's side if it fits, else beneath.</summary>
    private void Print(in TimelineEvent e, LadderText actor, LadderText other, LadderText arrow, Reason why)
    {
        var isClient = e.Side == Side.Client;
        var text = Join(why.Note, why.Cause, " ");
        var fits = text.Length <= _page.SideWidth - actor.Width - (actor.IsEmpty ? 0 : 1);
        var beside = fits && text.Length > 0 ? new LadderText(text, why.Paint(text)) : LadderText.Empty;
        actor = isClient ? beside.Then(actor) : actor.Then(beside);
        _page.Line(e.Number, Elapsed(e), e.Connection?.Number ?? 0, isClient ? actor : other, arrow, isClient ? other : actor);
        if (fits) return;
        if (text.Length <= _page.BeneathWidth || why.Cause.Length == 0) _page.Beneath(text, why.Paint);
        else
        {
            _page.Beneath(why.Note, why.Paint);
            _page.Beneath(why.Cause, why.Paint);
        }
    }

    private long? Elapsed(in TimelineEvent e) => _info.HasTimes ? e.Time - _info.Start : null;

    private void PrintCall(in TimelineEvent e)
    {
        var number = e.Number;
        foreach (var line in LadderRow.Wrap(LadderWords.Call(e), _page.SideWidth))
        {
            var text = new LadderText(line, e.Call is { Error: not null } ? _paint.Failure(line) : _paint.Call(line));
            var (client, server) = e.Side == Side.Client ? (text, LadderText.Empty) : (LadderText.Empty, text);
            _page.Line(number, Elapsed(e), e.Connection?.Number ?? 0, client, LadderText.Empty, server);
            number = 0;
        }

        _above = (e.Number, e.Number);
    }

    /// <summary>Prints an ICMP error as an arrow to the end whose segment it quotes.</summary>
    private void PrintIcmp(in TimelineEvent e)
    {
        var arrow = LadderRow.Arrow("ICMP", _page.ArrowWidth, e.Side == Side.Server);
        var why = new Reason(PlainText.Of(NoteText.Short(e) ?? ""), "", _paint.Failure);
        Print(e, LadderText.Empty, LadderText.Empty, new LadderText(arrow, _paint.Failure(arrow)), why);
        _above = (e.Number, e.Number);
    }

    private void PrintUnreadable(in TimelineEvent e)
    {
        var what = e.Kind == EventKind.Icmp ? "an ICMP error" : "not a segment";
        _page.Line(e.Number, Elapsed(e), 0, LadderText.Empty, LadderText.Empty, LadderText.Empty);
        _page.Beneath(PlainText.Of($"frame {e.Frame} is {what}: {e.Note}"), _paint.Warning);
        _above = (e.Number, e.Number);
    }

    private void PrintFinding(in TimelineEvent e)
    {
        if (!_findingsBegun) _page.Blank();
        _findingsBegun = true;
        _findings.Print(e.Connection?.Number, e.CausedBy, e.Note);
    }

    private LadderText StateText(in TimelineEvent e, Timestamp shown)
    {
        var name = e.NewState.ToRfcName();
        var mark = LadderWords.Mark(e.Evidence);
        var around = LadderWords.Uncertainty(e, shown);
        if (around.Length > 0) _legend.AddUncertainty();
        var state = e.Side == Side.Client ? $"{name} {mark}" : $"{mark} {name}";
        var painted = new LadderText(state, _paint.State(state, e.NewState));
        var aside = new LadderText(around, _paint.Faint(around));
        return e.Side == Side.Client ? aside.Then(painted) : painted.Then(aside);
    }

    /// <summary>The unchanged state of a sender of data or an RST, unless it is ESTABLISHED or the line above shows it.</summary>
    private LadderText StandingState(in TimelineEvent e)
    {
        var state = e.Side == Side.Client ? e.ClientState : e.ServerState;
        if (state is null or TcpState.Established or TcpState.Listen) return LadderText.Empty;
        if (e.IsRetransmission || (e.Segment.Length == 0 && !e.Segment.Has(TcpFlags.Rst))) return LadderText.Empty;
        var isShownAbove = _above.Last == e.Number - 1
            && _recent.Find(_above.Last) is { Kind: EventKind.State } last && last.Side == e.Side;
        if (isShownAbove) return LadderText.Empty;
        var name = state.Value.ToRfcName();
        return new LadderText(name, _paint.Faint(name));
    }

    /// <summary>The cause; empty if there is none or it is the line above.</summary>
    private string Cause(long cause)
    {
        if (cause == 0 || (cause >= _above.First && cause <= _above.Last)) return "";
        _legend.AddCause();
        return LadderWords.Cause(_recent.Find(cause));
    }

    private static string Join(string? first, string? second, string between) =>
        string.IsNullOrEmpty(first) ? second ?? "" : string.IsNullOrEmpty(second) ? first : first + between + second;

    private static string Notes(params ReadOnlySpan<string?> notes)
    {
        var text = "";
        foreach (var note in notes) text = Join(text, note, "; ");
        return PlainText.Of(text);
    }

    /// <summary>Why something happened: a note, the event that caused it, and their colour.</summary>
    private readonly record struct Reason(string Note, string Cause, Func<string, string> Paint);
}

/// <summary>The last 256 events, to name causes; an older cause is shown by its number only.</summary>
internal sealed class RecentEvents
{
    private readonly TimelineEvent[] _events = new TimelineEvent[256];

    public void Add(in TimelineEvent e) => _events[e.Number % _events.Length] = e;

    /// <summary>The event with that number; only its number if it is too old.</summary>
    public TimelineEvent Find(long number)
    {
        ref readonly var found = ref _events[number % _events.Length];
        return found.Number == number ? found : new TimelineEvent { Number = number, Kind = EventKind.Finding };
    }
}
