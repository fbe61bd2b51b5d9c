using System.Globalization;
using TcpCapture.Export.Text;
using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>
/// Draws the timeline as a ladder: the client's lifeline on the left, the server's on the right, segments as arrows between
/// them, states and calls at their side, with what caused them where that is not the line above.
/// </summary>
/// <remarks>
/// A segment's line also shows the change its sender had made to send it and the change it made in its receiver, so that
/// a handshake is three lines; its number is the segment's. What does not belong to a segment has a line of its own.
/// Memory does not grow with the timeline: a line is written as soon as the event after it is known.
/// </remarks>
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

    /// <summary>Draws into <paramref name="output"/>, which stays open.</summary>
    /// <param name="output">Where to draw; what it throws comes through.</param>
    /// <param name="info">What the first lines say of the recording.</param>
    /// <param name="options">How to draw.</param>
    public LadderPrinter(TextWriter output, RecordingInfo info, LadderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _info = info;
        _legend = new LadderLegend(info.Captures is not null);
        _paint = new LadderPaint(options.Colour);
        _page = LadderPage.Of(output, options, info.Captures is not null);
        _findings = new FindingPrinter(_page);
    }

    /// <inheritdoc/>
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

    /// <summary>Draws the last line and the legend.</summary>
    /// <param name="end">Not used: losses are findings.</param>
    public void OnCompleted(in TimelineEnd end)
    {
        if (!_begun) PrintHeader();
        Flush();
        _legend.Print(_page, _paint);
    }

    private void PrintHeader()
    {
        _begun = true;
        _page.Across(PlainText.Of($"{(_info.Scenario.Length > 0 ? _info.Scenario : "recording")}  {_info.Start}"), _paint.Bold);
        if (_info.Captures is { } captures)
        {
            PrintFaint($"captured by others: {string.Join(", ", captures)}");
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
        PrintFaint($"captured on {host.Interface}{(host.Filter.Length > 0 ? $" ({host.Filter})" : "")}");
        var clock = host.TraceClockBoundNanoseconds is { } bound
            ? string.Create(CultureInfo.InvariantCulture, $"; its clock is the capture's to {bound / 1e3:0.0} µs") : "";
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
        // What was found at the beginning is no change that sending this has made.
        TimelineEvent? own = _change is { IsFound: false } change && change.Connection == e.Connection && change.Side == e.Side ? change : null;
        if (own is not null) _change = null;
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
        var painted = e.Segment.Has(TcpFlags.Rst) || e.Passage is { IsLost: true } ? _paint.Failure(arrow) : e.IsRetransmission ? _paint.Warning(arrow) : arrow;
        var sender = _senderChange is { } own ? StateText(own, e.Time) : StandingState(e);
        var receiver = _receiverChange is { } change ? StateText(change, e.Time) : LadderText.Empty;

        // The verdict is known only after the segment's event was given out, which is before this line is printed.
        var verdict = e.Connection?.Reset is { } reset && reset.Event == e.Number ? reset : null;
        if (verdict is not null) _legend.Add(verdict.Reason is null ? Evidence.Inferred : Evidence.Traced);
        var said = verdict is null ? e.Note : LadderWords.Verdict(verdict);
        var note = Notes(_senderChange?.Note, MarkText.Short(e), said, PassageText.Short(e), _receiverChange?.Note);
        var paint = verdict is not null ? _paint.Failure : e.IsRetransmission ? _paint.Warning : (Func<string, string>)_paint.Faint;
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

    /// <summary>
    /// A line, with its reason beside what stands at the actor's side if there is room, else beneath. A bare cause nearly
    /// always fits, a note at most widths does not.
    /// </summary>
    private void Print(in TimelineEvent e, LadderText actor, LadderText other, LadderText arrow, Reason why)
    {
        var isClient = e.Side == Side.Client;
        var text = Join(why.Note, why.Cause, " ");
        var fits = text.Length <= _page.SideWidth - actor.Width - (actor.IsEmpty ? 0 : 1);
        var beside = fits && text.Length > 0 ? new LadderText(text, why.Paint(text)) : LadderText.Empty;
        actor = isClient ? beside.Then(actor) : actor.Then(beside);
        _page.Line(e.Number, e.Time - _info.Start, e.Connection?.Number ?? 0, isClient ? actor : other, arrow, isClient ? other : actor);
        if (fits) return;
        if (text.Length <= _page.BeneathWidth || why.Cause.Length == 0) _page.Beneath(text, why.Paint);
        else
        {
            _page.Beneath(why.Note, why.Paint);
            _page.Beneath(why.Cause, why.Paint);
        }
    }

    private void PrintCall(in TimelineEvent e)
    {
        var isClient = e.Side == Side.Client;
        var number = e.Number;
        foreach (var line in LadderRow.Wrap(LadderWords.Call(e), _page.SideWidth))
        {
            var text = new LadderText(line, e.Call is { Error: not null } ? _paint.Failure(line) : _paint.Call(line));
            _page.Line(number, e.Time - _info.Start, e.Connection?.Number ?? 0, isClient ? text : LadderText.Empty, LadderText.Empty, isClient ? LadderText.Empty : text);
            number = 0;
        }

        _above = (e.Number, e.Number);
    }

    private void PrintUnreadable(in TimelineEvent e)
    {
        _page.Line(e.Number, e.Time - _info.Start, 0, LadderText.Empty, LadderText.Empty, LadderText.Empty);
        _page.Beneath(PlainText.Of(string.Create(CultureInfo.InvariantCulture, $"frame {e.Frame} is no segment: {e.Note}")), _paint.Warning);
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

    /// <summary>
    /// The state a sender is in and was in before, where that says something: when it sends data or an RST, is not
    /// ESTABLISHED, and the line above has not just said so.
    /// </summary>
    private LadderText StandingState(in TimelineEvent e)
    {
        var state = e.Side == Side.Client ? e.ClientState : e.ServerState;
        if (state is null or TcpState.Established or TcpState.Listen) return LadderText.Empty;
        if (e.IsRetransmission || (e.Segment.Length == 0 && !e.Segment.Has(TcpFlags.Rst))) return LadderText.Empty;
        if (_above.Last == e.Number - 1 && _recent.Find(_above.Last) is { Kind: EventKind.State } last && last.Side == e.Side) return LadderText.Empty;
        var name = state.Value.ToRfcName();
        return new LadderText(name, _paint.Faint(name));
    }

    /// <summary>The cause, unless it is in the line above; empty for none.</summary>
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

    /// <summary>Why something happened: in words, by which event, and how that is painted.</summary>
    private readonly record struct Reason(string Note, string Cause, Func<string, string> Paint);
}
