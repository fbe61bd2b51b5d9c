using TcpCapture.Export.Text;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Export.PcapNg;

/// <summary>Writes <c>timeline.pcapng</c>: a row per event.</summary>
// A segment or an ICMP error is the captured frame, every other event a journal entry. Raw calls, samples, owners and kernel events
// are stored in TCPCAPTURE_ fields of entries, so the file is also the recording. Samples, owners and kernel events have no rows: the
// next entry stores them. If only frames follow, they are written to a block that other programs skip, before they are too late for the
// reorder window of a reader.
internal sealed class TimelinePcapNg : ITimelineSink, IObservationSink
{
    /// <summary>The maximum wait of raw observations for an entry; less than the reorder window of a reader.</summary>
    private const long MaxWaitNanoseconds = 200_000_000;
    private const int MaxWaiting = 256; // the maximum per entry: Wireshark rejects an entry of more than 256 KiB
    private const int Warning = 4;
    private const int Notice = 5;
    private const int Information = 6;

    private readonly TimelineRows _rows;
    private readonly RowWords _words;
    private readonly SegmentDirection _direction;
    private readonly ClockText _clock = new();
    private readonly List<RawObservation> _waiting = [];
    private Timestamp _waitingSince;
    private Timestamp _now;

    public TimelinePcapNg(Stream stream, RecordingInfo info)
    {
        _rows = new TimelineRows(stream, info);
        _words = new RowWords(info);
        _direction = new SegmentDirection(info);
        _now = info.Start;
    }

    public void OnFrame(in Frame frame) => _now = frame.Time;

    public void OnCall(SocketCall call) => _now = Timestamp.Max(_now, call.Begin);

    public void OnSample(SocketSample sample)
    {
        _direction.Learn(sample.Local);
        Wait(new RawObservation(sample, null, null));
    }

    public void OnOwner(SocketOwner owner)
    {
        _direction.Learn(owner.Local);
        Wait(new RawObservation(null, owner, null));
    }

    public void OnTrace(KernelEvent trace) => Wait(new RawObservation(null, null, trace));

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind is EventKind.Segment or EventKind.Icmp)
        {
            if (IsWaiting && timelineEvent.Time - _waitingSince > MaxWaitNanoseconds) WriteWaiting();
            WriteFrame(timelineEvent, frame);
        }
        else
        {
            WriteEntry(timelineEvent);
        }

        _words.Remember(timelineEvent);
    }

    /// <summary>Writes the end mark, with the losses of the recording that was read, and flushes the file.</summary>
    public void OnCompleted(in TimelineEnd end)
    {
        _rows.Finish(_waiting, _waitingSince, end.End, end.Lost ?? RecordingContents.Nothing);
        _waiting.Clear();
    }

    private bool IsWaiting => _waiting.Count > 0;

    private void Wait(in RawObservation raw)
    {
        if (_waiting.Count >= MaxWaiting || (IsWaiting && _now - _waitingSince > MaxWaitNanoseconds)) WriteWaiting();
        if (!IsWaiting) _waitingSince = _now;
        _waiting.Add(raw);
    }

    private void WriteWaiting()
    {
        _rows.AddBetween(_waiting, _waitingSince);
        _waiting.Clear();
    }

    private void WriteFrame(in TimelineEvent e, in Frame frame)
    {
        var options = _rows.Frame(frame);
        if (_direction.Of(e, frame) is { } direction) options.Flags(direction);
        options.Id((ulong)e.Frame);
        if (e is { IsReadable: true, Connection: { } connection, Side: { } side } && ProcessOf(connection[side]) is > 0 and var process)
            options.ProcessThread((uint)process, 0);
        options.Comment(_words.Comment(e));
        if (frame.Passage is { } passage) options.Passage(passage);
    }

    private void WriteEntry(in TimelineEvent e)
    {
        var entry = _rows.Entry(e.Time).Field("MESSAGE", _words.Message(e))
            .Field("PRIORITY", e.Kind == EventKind.Finding ? Notice : e.Call is { Error: not null } ? Warning : Information)
            .Field("SYSLOG_IDENTIFIER", "tcpcapture")
            .Field("TCP_EVENT", e.Number)
            .Field("TCP_KIND", e.Kind.ToText())
            .Field("TCP_TIME", _clock.Of(e.Time));
        if (e.Connection is { } connection) entry.Field("TCP_CONNECTION", connection.Number);
        if (e.Side is { } side) entry.Field("TCP_SIDE", side.ToText());
        if (e.Local is { } local) entry.Field("TCP_LOCAL", local.ToString());
        if (e.Remote is { } remote) entry.Field("TCP_REMOTE", remote.ToString());
        if (e.CausedBy != 0) entry.Field("TCP_CAUSED_BY", e.CausedBy);
        if (e.Note is { } note) entry.Field("TCP_NOTE", note);
        if (e.Kind == EventKind.State) WriteChange(e, entry);
        _rows.Add(_waiting); // before the call, so that a reader keeps their order
        _waiting.Clear();
        if (e.Call is { } call) WriteCall(e, call, entry);
    }

    private void WriteChange(in TimelineEvent e, JournalEntry entry)
    {
        entry.Field("TCP_OLD_STATE", e.OldState.ToRfcName())
            .Field("TCP_NEW_STATE", e.NewState.ToRfcName())
            .Field("TCP_EVIDENCE", e.Evidence.ToText());
        if (e.NotBefore is { } notBefore) entry.Field("TCP_NOT_BEFORE", _clock.Of(notBefore));
        if (e.NotAfter is { } notAfter) entry.Field("TCP_NOT_AFTER", _clock.Of(notAfter));
        if (e is not { Connection: { } connection, Side: { } side }) return;
        if (ProcessOf(connection[side]) is > 0 and var process) entry.Field("_PID", process);
        if (connection[side].Owner is { } owner) entry.Field("_COMM", owner.ProcessName);
    }

    private void WriteCall(in TimelineEvent e, SocketCall call, JournalEntry entry)
    {
        if (call.Local is { } local) _direction.Learn(local);
        entry.Field("TCP_CALL", EventText.Call(e));
        if (EventText.Result(e) is { Length: > 0 } result) entry.Field("TCP_RESULT", result);
        if (call is { End: not null, Error: { } error }) entry.Field("TCP_ERROR", error);
        if (call.ProcessId > 0) entry.Field("_PID", call.ProcessId);
        _rows.Add(call);
    }

    /// <summary>The process that owns the socket of an end, or created it; 0 if unknown.</summary>
    private static int ProcessOf(ConnectionEnd end) => end.Owner?.ProcessId ?? end.Caller?.ProcessId ?? 0;
}

/// <summary>Formats times like <see cref="Timestamp.ToString"/>, but formats the date and second only when they change.</summary>
internal sealed class ClockText
{
    private const long Second = 1_000_000_000;
    private const int FractionAt = 20;

    private readonly char[] _text = new char[30];
    private long _second = long.MinValue;

    /// <summary>The text of a time, valid until the next call.</summary>
    public ReadOnlySpan<char> Of(Timestamp time)
    {
        var (second, fraction) = Math.DivRem(time.Nanoseconds, Second);
        if (fraction < 0) (second, fraction) = (second - 1, fraction + Second);
        if (second != _second) time.ToString().CopyTo(_text);
        _second = second;
        for (var at = FractionAt + 8; at >= FractionAt; at--)
        {
            _text[at] = (char)('0' + fraction % 10);
            fraction /= 10;
        }

        return _text;
    }
}
