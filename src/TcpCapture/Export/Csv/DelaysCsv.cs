using CsvHelper;
using TcpCapture.Model;

namespace TcpCapture.Export.Csv;

/// <summary>Writes <c>delays.csv</c> of a merged recording: a row per segment sent or received between the hosts.</summary>
internal sealed class DelaysCsv : ITimelineSink, IDisposable
{
    private readonly CsvWriter _csv;

    public DelaysCsv(Stream stream)
    {
        _csv = CsvFields.Create(stream);
        _csv.WriteColumns("event,connection,side,host,sent,arrived,delay,error,frame_sent,frame_arrived,lost_bytes");
    }

    public void OnEvent(in TimelineEvent timelineEvent, in Frame frame)
    {
        ref readonly var e = ref timelineEvent;
        if (e is not { Kind: EventKind.Segment, Passage: { Kind: PassageKind.Sent or PassageKind.Unsent } passage }) return;
        var isSent = passage.Kind == PassageKind.Sent;
        _csv.WriteField(e.Number);
        _csv.WriteReference(e.Connection?.Number ?? 0);
        _csv.WriteField(e.Side?.ToText() ?? "");
        _csv.WriteField((isSent ? passage.Host : 1 - passage.Host) == 0 ? "first" : "second");
        _csv.WriteTime(isSent ? e.Time : null);
        _csv.WriteTime(isSent ? passage.Arrival : e.Time);
        WriteSpan(isSent ? passage.Arrival - e.Time : null);
        WriteSpan(passage.ArrivalErrorNanoseconds);
        _csv.WriteReference(isSent ? passage.HostFrame : 0);
        _csv.WriteReference(isSent ? passage.ArrivalFrame : passage.HostFrame);
        _csv.WriteField(passage.IsLost ? e.Segment.Length : passage.MissingBytes);
        _csv.EndRecord();
    }

    public void OnCompleted(in TimelineEnd end) => _csv.Flush();

    public void Dispose() => _csv.Dispose();

    private void WriteSpan(long? nanoseconds)
    {
        if (nanoseconds is { } known) _csv.WriteSeconds(known);
        else _csv.WriteEmpty();
    }
}
