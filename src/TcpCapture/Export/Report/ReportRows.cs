using System.Buffers;
using System.Text.Json;
using TcpCapture.Export.Text;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Queries;

namespace TcpCapture.Export.Report;

/// <summary>Writes the data of the page: rows <c>[kind, …]</c> (<see cref="ReportRowKind"/>), one per line, which data.js reads.</summary>
// Times are nanoseconds since the start of the recording, which JavaScript numbers represent exactly for 104 days.
// The JSON writer escapes <, so that no text can end the script element of the data.
internal sealed class ReportRows
{
    private const int FlushAt = 32 * 1024;

    private readonly Stream _stream;
    private readonly Timestamp _start;
    private readonly string _whole;
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushAt);
    private readonly Utf8JsonWriter _json;
    private readonly TextTable _texts = new();

    public ReportRows(Stream stream, RecordingInfo info)
    {
        _stream = stream;
        _start = info.Start;
        _whole = info.Whole;
        _json = new Utf8JsonWriter(_buffer);
        _buffer.Write("[\n"u8);
        Start(ReportRowKind.Info);
        ReportFacts.Write(_json, info);
        End();
    }

    public void Write(in TimelineEvent e)
    {
        Next();
        Start(e.Kind == EventKind.Icmp ? ReportRowKind.Icmp : (ReportRowKind)e.Kind);
        _json.WriteNumberValue(e.Number);
        Time(e.Time);
        _json.WriteNumberValue(e.Connection?.Number ?? 0);
        SideOf(e.Side);
        _json.WriteNumberValue(e.CausedBy);
        Text(NoteText.Short(e));
        switch (e.Kind)
        {
            case EventKind.Segment:
                WriteSegment(e);
                break;
            case EventKind.State:
                WriteChange(e);
                break;
            case EventKind.Call:
                WriteCall(e);
                break;
            case EventKind.Icmp:
                WriteIcmp(e);
                break;
        }

        End();
    }

    public void Write(Connection c)
    {
        Next();
        Start(ReportRowKind.Connection);
        _json.WriteNumberValue(c.Number);
        _texts.Write(_json, c.Client.Address);
        _texts.Write(_json, c.Server.Address);
        Time(c.Start);
        Time(c.End);
        _texts.Write(_json, c.ConnState.ToText());
        Text(c.History);
        _json.WriteNumberValue(c.Completeness);
        Number(c.Established - c.FirstSyn);
        _json.WriteNumberValue(c.Client.SynRetransmissions);
        Write(c.Client);
        Write(c.Server);
        _texts.Write(_json, c.ClosedBy.ToText());
        var diagnosis = c.Diagnosis;
        Text(diagnosis.ResetBy?.ToText());
        Text(diagnosis.Cause == Cause.None ? null : diagnosis.Cause.ToText());
        Text(diagnosis.KernelReason);
        _json.WriteNumberValue(diagnosis.Event);
        Text(ConnectionColumn.Note(c, _whole));
        End();
    }

    public void Write(SynAttempt attempt)
    {
        Next();
        Start(ReportRowKind.Syn);
        _json.WriteNumberValue(attempt.Connection);
        _json.WriteNumberValue(attempt.Attempt);
        _json.WriteNumberValue(attempt.Event);
        Number(attempt.Interval);
        Number(attempt.Expected);
        _texts.Write(_json, attempt.Schedule);
        End();
    }

    /// <summary>Writes the last row and flushes the data.</summary>
    public void Finish(RecordingEnd? end, string? cutOff, string? missing, in ReportTotals totals)
    {
        Next();
        Start(ReportRowKind.End);
        ReportFacts.Write(_json, end, cutOff, missing, totals, _start);
        End();
        _buffer.Write("\n]"u8);
        Flush();
        _json.Dispose();
    }

    private void WriteSegment(in TimelineEvent e)
    {
        _json.WriteNumberValue(e.Frame);
        if (!e.IsReadable) return;
        _texts.Write(_json, e.Segment.Source);
        _texts.Write(_json, e.Segment.Destination);
        _texts.Write(_json, e.Segment.Flags.ToTcpdump());
        _json.WriteNumberValue(e.Segment.Seq);
        if (e.Segment.Has(TcpFlags.Ack)) _json.WriteNumberValue(e.Segment.Ack);
        else _json.WriteNullValue();
        _json.WriteNumberValue(e.Segment.Length);
        _json.WriteNumberValue(e.Segment.Window);
        State(e.ClientState);
        State(e.ServerState);
        _json.WriteNumberValue(e.IsRetransmission ? 1 : 0);
    }

    private void WriteIcmp(in TimelineEvent e)
    {
        var (from, to) = EventText.Ends(e);
        _json.WriteNumberValue(e.Frame);
        _texts.Write(_json, from);
        _texts.Write(_json, to);
        Text(e.Icmp?.Error.ToString());
    }

    private void WriteChange(in TimelineEvent e)
    {
        _texts.Write(_json, e.Local);
        _texts.Write(_json, e.Remote);
        State(e.OldState);
        State(e.NewState);
        _json.WriteNumberValue((int)e.Evidence);
        Time(e.NotBefore);
        Time(e.NotAfter);
    }

    private void WriteCall(in TimelineEvent e)
    {
        _texts.Write(_json, e.Local);
        _texts.Write(_json, e.Remote);
        _texts.Write(_json, EventText.Call(e));
        _texts.Write(_json, EventText.Result(e));
        Time(e.Call?.Begin);
        Time(e.Call?.End);
        _json.WriteNumberValue(e.Call?.Error is null ? 0 : 1);
        _json.WriteNumberValue(e.Call?.Socket ?? 0);
        _json.WriteNumberValue(e.Call?.ProcessId ?? 0);
        _json.WriteNumberValue(e.Call?.Id ?? 0);
        _json.WriteNumberValue(e.IsResumed ? 1 : 0);
    }

    private void Write(ConnectionEnd end)
    {
        _json.WriteNumberValue(end.Segments);
        _json.WriteNumberValue(end.Bytes);
        _json.WriteNumberValue(end.Retransmissions);
        State(end.FinalState);
        Text(ConnectionColumn.Process(end.Owner));
    }

    private void Next()
    {
        _buffer.Write(",\n"u8);
        if (_buffer.WrittenCount >= FlushAt) Flush();
    }

    private void Start(ReportRowKind kind)
    {
        _json.WriteStartArray();
        _json.WriteNumberValue((int)kind);
    }

    private void End()
    {
        _json.WriteEndArray();
        _json.Flush();
        _json.Reset();
    }

    private void Flush()
    {
        _stream.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    private void Time(Timestamp time) => _json.WriteNumberValue(time - _start);

    private void Time(Timestamp? time) => Number(time - _start);

    private void Number(long? number)
    {
        if (number is { } known) _json.WriteNumberValue(known);
        else _json.WriteNullValue();
    }

    private void Number(double? number)
    {
        if (number is { } known && double.IsFinite(known)) _json.WriteNumberValue(known);
        else _json.WriteNullValue();
    }

    /// <summary>A state by its number in <see cref="TcpState"/>; data.js has the names in the same order.</summary>
    private void State(TcpState? state) => Number((long?)state);

    /// <summary>0 for the client, 1 for the server.</summary>
    private void SideOf(Side? side) => Number(side switch { null => null, Side.Client => 0L, _ => 1L });

    private void Text(string? text)
    {
        if (string.IsNullOrEmpty(text)) _json.WriteNullValue();
        else _json.WriteStringValue(text);
    }
}

/// <summary>Totals, including the rows left out; the page compares them with its rows.</summary>
// Events: segments, states and calls.
internal readonly record struct ReportTotals(long Events, long Connections, long Syns, long Findings);

/// <summary>The first value of a row in the page's data, the same as in data.js. The first four are kinds of events.</summary>
internal enum ReportRowKind
{
    Segment = 0,
    State = 1,
    Call = 2,
    Finding = 3,
    Connection = 4,
    Syn = 5,
    Info = 6, // facts of the recording; the first row
    End = 7, // the end of the recording; the last row
    Icmp = 8, // an ICMP error, the fifth kind of event
}
