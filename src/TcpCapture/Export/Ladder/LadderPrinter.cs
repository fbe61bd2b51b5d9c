using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>
/// Draws the timeline as a ladder: the client's lifeline on the left, the server's on the right, segments as arrows between
/// them, states and calls at their side.
/// </summary>
/// <remarks>
/// A segment's line also shows the change its sender had made to send it and the change it made in its receiver, so that
/// a handshake is three lines. What does not belong to a segment has a line of its own.
/// </remarks>
public sealed class LadderPrinter : ITimelineSink
{
    private const int TimeWidth = 11;
    private const int NumberWidth = 4;
    private const int ArrowWidth = 24;

    private readonly TextWriter _out;
    private readonly RecordingInfo _info;
    private readonly LadderPaint _paint;
    private readonly int _width;
    private readonly int _column;
    private readonly HashSet<Evidence> _evidence = [];
    private TimelineEvent? _change;
    private TimelineEvent? _segment;
    private TimelineEvent? _senderChange;
    private TimelineEvent? _receiverChange;
    private bool _findingsBegun;
    private bool _begun;

    /// <summary>Draws into <paramref name="output"/>.</summary>
    public LadderPrinter(TextWriter output, RecordingInfo info, LadderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _out = output;
        _info = info;
        _paint = new LadderPaint(options.Colour);
        _width = Math.Clamp(options.Width, 80, 160);
        _column = (_width - TimeWidth - NumberWidth - ArrowWidth - 4) / 2;
    }

    /// <inheritdoc/>
    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (!_begun) PrintHeader();
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
                PrintLine(timelineEvent, "", _paint.Warning(Centre($"frame {timelineEvent.Frame}: not a segment")), "");
                break;
        }
    }

    /// <inheritdoc/>
    public void OnConnectionEnded(Connection connection)
    {
    }

    /// <summary>Draws what is still held back, and what the marks mean.</summary>
    public void Finish()
    {
        if (!_begun) PrintHeader();
        Flush();
        if (_evidence.Count == 0) return;
        _out.WriteLine();
        foreach (var evidence in _evidence.Order())
        {
            PrintFaint(evidence switch
            {
                Evidence.Inferred => "○ inferred: follows from segments and calls",
                Evidence.Sampled => "◐ sampled: seen by looking at the socket; it changed at some moment between two looks",
                _ => "● traced: the kernel said so, to the nanosecond",
            });
        }
    }

    private void PrintHeader()
    {
        _begun = true;
        var title = LadderRow.Harmless($"{(_info.Scenario.Length > 0 ? _info.Scenario : "recording")}  {_info.Start}");
        foreach (var line in LadderRow.Wrap(title, _width)) _out.WriteLine(_paint.Bold(line));
        PrintFaint($"recorded on {_info.Host}, {_info.System}");
        PrintFaint($"captured on {_info.Interface}{(_info.Filter.Length > 0 ? $" ({_info.Filter})" : "")}");
        var clock = _info.TraceClockBoundNanoseconds is { } bound
            ? string.Create(CultureInfo.InvariantCulture, $"; its clock is the capture's to {bound / 1e3:0.0} µs") : "";
        PrintFaint($"states: {_info.StateSourceReason}{clock}");
        _out.WriteLine();
        PrintColumns();
    }

    private void PrintColumns()
    {
        var left = "seconds".PadLeft(TimeWidth) + " con" + "client".PadLeft(_column) + new string(' ', ArrowWidth + 4);
        foreach (var line in LadderRow.Wrap(_info.Server is { } address ? $"server {address}" : "server", _column))
        {
            _out.WriteLine(_paint.Bold(left + line));
            left = new string(' ', left.Length);
        }
    }

    private void PrintFaint(string text)
    {
        foreach (var line in LadderRow.Wrap(LadderRow.Harmless(text), _width)) _out.WriteLine(_paint.Faint(line));
    }

    private void OnChange(in TimelineEvent e)
    {
        _evidence.Add(e.Evidence);
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
        TimelineEvent? own = _change is { } change && change.Connection == e.Connection && change.Side == e.Side ? change : null;
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
        var label = e.Segment.Flags.ToTcpdump() + (e.Segment.Length > 0
            ? string.Create(CultureInfo.InvariantCulture, $" {e.Segment.Length} bytes") : "");
        if (e.IsRetransmission) label += " again";
        var arrow = LadderRow.Arrow(label, ArrowWidth, fromClient);
        var painted = e.Segment.Has(TcpFlags.Rst) ? _paint.Failure(arrow) : e.IsRetransmission ? _paint.Warning(arrow) : arrow;
        var client = fromClient ? _senderChange : _receiverChange;
        var server = fromClient ? _receiverChange : _senderChange;
        PrintLine(e, client is { } c ? Left(StateText(c), c.NewState) : "", painted, server is { } s ? Right(StateText(s), s.NewState) : "");
    }

    private void PrintChange(in TimelineEvent e)
    {
        var text = StateText(e);
        var isClient = e.Side == Side.Client;
        PrintLine(e, isClient ? Left(text, e.NewState) : "", new string(' ', ArrowWidth), isClient ? "" : Right(text, e.NewState));
    }

    private void PrintCall(in TimelineEvent e)
    {
        var result = EventText.Result(e);
        var text = LadderRow.Harmless(EventText.Call(e) + (result.Length > 0 ? " = " + result : " …"));
        var failed = e.Call is { Error: not null };
        var first = true;
        foreach (var line in LadderRow.Wrap(text, _column))
        {
            var padded = e.Side == Side.Client ? line.PadLeft(_column) : line;
            var painted = failed ? _paint.Failure(padded) : _paint.Call(padded);
            PrintLine(first ? e : default, e.Side == Side.Client ? painted : "", new string(' ', ArrowWidth),
                e.Side == Side.Client ? "" : painted);
            first = false;
        }
    }

    private void PrintFinding(in TimelineEvent e)
    {
        if (!_findingsBegun) _out.WriteLine();
        _findingsBegun = true;
        var where = e.Connection is { } connection
            ? string.Create(CultureInfo.InvariantCulture, $"connection {connection.Number}: ") : "";
        var text = LadderRow.Harmless(where + e.Note);
        var first = true;
        foreach (var line in LadderRow.Wrap(text, _width - 2))
        {
            _out.WriteLine((first ? "• " : "  ") + line);
            first = false;
        }
    }

    private void PrintLine(in TimelineEvent e, string left, string arrow, string right)
    {
        var time = e.Number == 0 ? "" : ((e.Time - _info.Start) / 1e9).ToString("F6", CultureInfo.InvariantCulture);
        var number = e.Number == 0 || e.Connection is null ? "" : e.Connection.Number.ToString(CultureInfo.InvariantCulture);
        if (left.Length == 0) left = new string(' ', _column);
        _out.WriteLine($"{_paint.Faint(time.PadLeft(TimeWidth))}{number.PadLeft(NumberWidth - 1)} {left} │{arrow}│ {right}".TrimEnd());
    }

    private string Left(string text, TcpState state) => _paint.State(text.PadLeft(_column), state);

    private string Right(string text, TcpState state) => _paint.State(text, state);

    private static string StateText(in TimelineEvent e) => e.Side == Side.Client
        ? $"{e.NewState.ToRfcName()} {Mark(e.Evidence)}"
        : $"{Mark(e.Evidence)} {e.NewState.ToRfcName()}";

    private static char Mark(Evidence evidence) => evidence switch
    {
        Evidence.Inferred => '○',
        Evidence.Sampled => '◐',
        _ => '●',
    };

    private static string Centre(string text)
    {
        if (text.Length > ArrowWidth) return text[..ArrowWidth];
        return text.PadLeft((ArrowWidth + text.Length) / 2).PadRight(ArrowWidth);
    }
}
