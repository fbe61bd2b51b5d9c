using System.Globalization;
using CsvHelper;
using TcpCapture.Export.Text;
using TcpCapture.Model;

namespace TcpCapture.Export.Csv;

/// <summary>Writes <c>timeline.csv</c>: a row per event.</summary>
internal sealed class TimelineCsv : ITimelineSink, IDisposable
{
    private const string Columns =
        "event,time,elapsed,kind,connection,frame,from,to,side,flags,seq,ack,length,window,client_state,server_state,"
        + "old_state,new_state,evidence,not_before,not_after,call,result,caused_by,note";

    private readonly CsvWriter _csv;
    private readonly Timestamp _start;

    public TimelineCsv(Stream stream, Timestamp start)
    {
        _csv = CsvFields.Create(stream);
        _start = start;
        _csv.WriteColumns(Columns);
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        ref readonly var e = ref timelineEvent;
        _csv.WriteField(e.Number);
        _csv.WriteTime(e.Time);
        _csv.WriteSeconds(e.Time - _start);
        _csv.WriteField(e.Kind.ToText());
        _csv.WriteReference(e.Connection?.Number ?? 0);
        _csv.WriteReference(e.Frame);
        WriteEnds(e);
        _csv.WriteField(e.Side?.ToText() ?? "");
        WriteSegment(e);
        WriteChange(e);
        _csv.WriteText(EventText.Call(e));
        WriteResult(e);
        _csv.WriteReference(e.CausedBy);
        _csv.WriteText(NoteText.Whole(e) ?? "");
        _csv.EndRecord();
    }

    public void OnCompleted(in TimelineEnd end) => _csv.Flush();

    /// <summary>Releases the buffers. The file is complete only after <see cref="OnCompleted"/>.</summary>
    public void Dispose() => _csv.Dispose();

    private void WriteEnds(in TimelineEvent e)
    {
        var (from, to) = EventText.Ends(e);
        _csv.WriteField(from);
        _csv.WriteField(to);
    }

    private void WriteSegment(in TimelineEvent e)
    {
        if (!e.IsReadable)
        {
            _csv.WriteEmpty(7);
            return;
        }

        _csv.WriteField(e.Segment.Flags.ToTcpdump());
        _csv.WriteField(e.Segment.Seq);
        _csv.WriteField(e.Segment.Has(TcpFlags.Ack) ? e.Segment.Ack.ToString(CultureInfo.InvariantCulture) : "");
        _csv.WriteField(e.Segment.Length);
        _csv.WriteField((int)e.Segment.Window);
        _csv.WriteState(e.ClientState);
        _csv.WriteState(e.ServerState);
    }

    /// <summary>Writes a number as a number: as text, a minus sign would be escaped like a formula.</summary>
    private void WriteResult(in TimelineEvent e)
    {
        if (e.Call is { End: not null, Error: null, Result: { } result }) _csv.WriteField(result);
        else _csv.WriteText(EventText.Result(e));
    }

    private void WriteChange(in TimelineEvent e)
    {
        if (e.Kind != EventKind.State)
        {
            _csv.WriteEmpty(5);
            return;
        }

        _csv.WriteState(e.IsFound ? null : e.OldState);
        _csv.WriteState(e.NewState);
        _csv.WriteField(e.Evidence.ToText());
        _csv.WriteTime(e.NotBefore);
        _csv.WriteTime(e.NotAfter);
    }
}
