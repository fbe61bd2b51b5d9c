using System.Text;
using TcpCapture.Findings;

namespace TcpCapture.Export.Csv;

/// <summary>Writes <c>syn-retransmits.csv</c>: a row per SYN.</summary>
internal sealed class SynRetransmitsCsv : IConnectionSink
{
    private const string Columns = "connection,attempt,time,interval,expected,deviation_pct,schedule";

    private readonly PlainRows _rows;

    private readonly bool _hasTimes;

    public SynRetransmitsCsv(Stream stream, bool hasTimes = true)
    {
        _hasTimes = hasTimes;
        _rows = new PlainRows(stream);
        _rows.Add(Encoding.ASCII.GetBytes(Columns)).End();
    }

    public void OnSyn(SynAttempt attempt)
    {
        _rows.Add(attempt.Connection).Add(attempt.Attempt).Add(_hasTimes ? attempt.Time : null)
            .Add(attempt.Interval, decimals: 9).Add(attempt.Expected, decimals: 3).Add(attempt.DeviationPercent, decimals: 2);
        if (attempt.Schedule.Length == 0) _rows.AddEmpty();
        else _rows.AddWord(attempt.Schedule);
        _rows.End();
    }

    public void OnCompleted(in TimelineEnd end) => _rows.Flush();
}
