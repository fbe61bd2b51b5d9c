using System.Globalization;
using TcpCapture.Correlation;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Export;

/// <summary>
/// Writes <c>timeline.pcapng</c>: a block an event. A segment is the frame as captured, every other event a journal entry.
/// Calls, samples, owners and kernel events travel raw in <c>TCPCAPTURE_</c> fields of the entries, so the file is the recording as well.
/// </summary>
/// <remarks>
/// Samples, owners and kernel events have no rows of their own: they ride on the next entry. If frames alone follow, an entry is put
/// between them before the order of time could be lost to a reader.
/// </remarks>
internal sealed class TimelinePcapNg : ITimelineSink
{
    /// <summary>How long raw observations may wait for an entry: less than a reader's window forgives.</summary>
    private const long LongestWaitNanoseconds = 200_000_000;

    private const int MostWaiting = 256;

    private readonly PcapNgWriter _writer;
    private readonly RecordingInfo _info;
    private readonly JournalEntry _entry = new();
    private readonly PcapNgOptions _options = new();
    private readonly List<Raw> _waiting = [];
    private readonly List<int> _linkTypes;
    private Timestamp _waitingSince;

    public TimelinePcapNg(Stream stream, RecordingInfo info)
    {
        _writer = new PcapNgWriter(stream);
        _info = info;
        _linkTypes = [info.LinkType];
        RecordingFormat.WriteHeader(_writer, info);
    }

    public void OnRaw(SocketSample sample, Timestamp now)
    {
        Wait(now);
        _waiting.Add(new Raw(sample, null, null));
    }

    public void OnRaw(SocketOwner owner, Timestamp now)
    {
        Wait(now);
        _waiting.Add(new Raw(null, owner, null));
    }

    public void OnRaw(KernelEvent trace, Timestamp now)
    {
        Wait(now);
        _waiting.Add(new Raw(null, null, trace));
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        if (timelineEvent.Kind == EventKind.Segment)
        {
            if (IsWaiting && timelineEvent.Time - _waitingSince > LongestWaitNanoseconds) WriteWaiting();
            WriteSegment(timelineEvent, frame);
        }
        else
        {
            WriteEntry(timelineEvent);
        }
    }

    public void OnConnectionEnded(Connection connection)
    {
    }

    /// <summary>Writes the end mark, and everything that is buffered.</summary>
    public void Finish(RecordingEnd? end)
    {
        if (IsWaiting) WriteWaiting();
        if (end is not null) RecordingFormat.WriteEnd(_writer, _info, end);
        _writer.Flush();
    }

    private bool IsWaiting => _waiting.Count > 0;

    private void Wait(Timestamp now)
    {
        if (_waiting.Count >= MostWaiting || (IsWaiting && now - _waitingSince > LongestWaitNanoseconds)) WriteWaiting();
        if (!IsWaiting) _waitingSince = now;
    }

    private void WriteSegment(in TimelineEvent e, in Frame frame)
    {
        _options.Clear();
        if (e.IsReadable)
        {
            _options.Comment(string.Create(CultureInfo.InvariantCulture,
                $"event {e.Number}: client {Name(e.ClientState)}, server {Name(e.ServerState)}"
                + $"{(e.CausedBy != 0 ? $", caused by event {e.CausedBy}" : "")}{(e.Note is null ? "" : "; " + e.Note)}"));
        }
        else
        {
            _options.Comment(string.Create(CultureInfo.InvariantCulture, $"event {e.Number}: {e.Note}"));
        }

        _writer.Packet(InterfaceOf(frame.LinkType), frame, _options);
    }

    private int InterfaceOf(int linkType)
    {
        var number = _linkTypes.IndexOf(linkType);
        if (number >= 0) return number;
        _linkTypes.Add(linkType);
        return RecordingFormat.WriteInterface(_writer, _info, linkType);
    }

    private void WriteEntry(in TimelineEvent e)
    {
        _entry.Start(e.Time).Field("MESSAGE", Message(e))
            .Field("SYSLOG_IDENTIFIER", "tcpcapture")
            .Field("TCP_EVENT", Text(e.Number))
            .Field("TCP_KIND", e.Kind.ToText())
            .Field("TCP_TIME", e.Time.ToString());
        Optional("TCP_CONNECTION", e.Connection is { } c ? Text(c.Number) : null);
        Optional("TCP_SIDE", e.Side?.ToText());
        Optional("TCP_CAUSED_BY", e.CausedBy == 0 ? null : Text(e.CausedBy));
        Optional("TCP_NOTE", e.Note);
        if (e.Kind == EventKind.State)
        {
            _entry.Field("TCP_OLD_STATE", e.OldState.ToRfcName())
                .Field("TCP_NEW_STATE", e.NewState.ToRfcName())
                .Field("TCP_EVIDENCE", e.Evidence.ToText());
            Optional("TCP_NOT_BEFORE", e.NotBefore?.ToString());
            Optional("TCP_NOT_AFTER", e.NotAfter?.ToString());
        }

        // What waited came before the call, perhaps a long silence before, and is read before it too.
        AddWaiting();
        if (e.Call is { } call)
        {
            _entry.Field("TCP_CALL", EventText.Call(e));
            Optional("TCP_RESULT", EventText.Result(e) is { Length: > 0 } result ? result : null);
            _entry.Call(call);
        }

        _writer.Journal(_entry);
    }

    private void WriteWaiting()
    {
        _entry.Start(_waitingSince)
            .Field("MESSAGE", string.Create(CultureInfo.InvariantCulture, $"{_waiting.Count} looks at sockets and kernel events that changed no state"))
            .Field("SYSLOG_IDENTIFIER", "tcpcapture");
        AddWaiting();
        _writer.Journal(_entry);
    }

    private void AddWaiting()
    {
        foreach (var raw in _waiting)
        {
            if (raw.Sample is not null) _entry.Sample(raw.Sample);
            if (raw.Owner is not null) _entry.Owner(raw.Owner);
            if (raw.Trace is not null) _entry.Trace(raw.Trace);
        }

        _waiting.Clear();
    }

    private void Optional(string name, string? value)
    {
        if (value is not null) _entry.Field(name, value);
    }

    private static string Message(in TimelineEvent e) => e.Kind switch
    {
        EventKind.State when e.IsFound => $"{e.Side?.ToText()} {e.NewState.ToRfcName()} ({e.Evidence.ToText()}): {e.Note}",
        EventKind.State => $"{e.Side?.ToText()} {e.OldState.ToRfcName()} → {e.NewState.ToRfcName()} ({e.Evidence.ToText()})",
        EventKind.Call => $"{e.Side?.ToText()} {EventText.Call(e)}{(EventText.Result(e) is { Length: > 0 } r ? " = " + r : "")}",
        _ => e.Note ?? "",
    };

    private static string Name(TcpState? state) => state?.ToRfcName() ?? "unknown";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A sample or an owner, kept in the order they came: one may be much later than the one before.</summary>
    private readonly record struct Raw(SocketSample? Sample, SocketOwner? Owner, KernelEvent? Trace);
}
