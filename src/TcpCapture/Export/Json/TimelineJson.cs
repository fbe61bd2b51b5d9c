using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TcpCapture.Export.Text;
using TcpCapture.Model;

namespace TcpCapture.Export.Json;

/// <summary>Writes the timeline as JSON Lines: one object per event, named by the columns of <c>timeline.csv</c>.</summary>
// Empty values are absent and numbers are JSON numbers; a result that is the name of an errno is a string.
internal sealed class TimelineJson : ITimelineSink
{
    private readonly Stream _stream;
    private readonly Timestamp _start;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;

    public TimelineJson(Stream stream, Timestamp start)
    {
        _stream = stream;
        _start = start;

        // Arrows and apostrophes stay readable, since this is not HTML; control characters are still escaped.
        _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        ref readonly var e = ref timelineEvent;
        _json.WriteStartObject();
        _json.WriteNumber("event", e.Number);
        _json.WriteString("time", e.Time.ToString());
        _json.WriteNumber("elapsed", Seconds(e.Time - _start));
        _json.WriteString("kind", e.Kind.ToText());
        WriteReference("connection", e.Connection?.Number ?? 0);
        WriteReference("frame", e.Frame);
        var (from, to) = EventText.Ends(e);
        WriteText("from", from);
        WriteText("to", to);
        WriteText("side", e.Side?.ToText());
        if (e.IsReadable) WriteSegment(e);
        if (e.Kind == EventKind.State) WriteChange(e);
        if (e.Call is not null) WriteCall(e);
        WriteReference("caused_by", e.CausedBy);
        WriteText("note", NoteText.Whole(e));
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _stream.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
        _json.Reset();
    }

    private void WriteSegment(in TimelineEvent e)
    {
        _json.WriteString("flags", e.Segment.Flags.ToTcpdump());
        _json.WriteNumber("seq", e.Segment.Seq);
        if (e.Segment.Has(TcpFlags.Ack)) _json.WriteNumber("ack", e.Segment.Ack);
        _json.WriteNumber("length", e.Segment.Length);
        _json.WriteNumber("window", e.Segment.Window);
        WriteText("client_state", e.ClientState?.ToRfcName());
        WriteText("server_state", e.ServerState?.ToRfcName());
    }

    private void WriteChange(in TimelineEvent e)
    {
        _json.WriteString("old_state", e.OldState.ToRfcName());
        _json.WriteString("new_state", e.NewState.ToRfcName());
        _json.WriteString("evidence", e.Evidence.ToText());
        WriteText("not_before", e.NotBefore?.ToString());
        WriteText("not_after", e.NotAfter?.ToString());
    }

    private void WriteCall(in TimelineEvent e)
    {
        WriteText("call", EventText.Call(e));
        if (e.Call is { End: not null, Error: null, Result: { } result }) _json.WriteNumber("result", result);
        else WriteText("result", EventText.Result(e));
    }

    private void WriteReference(string name, long number)
    {
        if (number != 0) _json.WriteNumber(name, number);
    }

    private void WriteText(string name, string? text)
    {
        if (!string.IsNullOrEmpty(text)) _json.WriteString(name, text);
    }

    /// <summary>Exact seconds with nine decimals.</summary>
    private static decimal Seconds(long nanoseconds) => new decimal(nanoseconds) * 0.000000001m;
}
