using System.Text;
using TcpCapture.Findings;

namespace TcpCapture.Export.Csv;

/// <summary>Writes <c>syn-retransmits.csv</c>: a row a SYN.</summary>
internal sealed class SynRetransmitsCsv : IConnectionSink
{
    private const string Columns = "connection,attempt,time,interval,expected,deviation_pct,schedule";

    private readonly PlainRows _rows;

    /// <summary>Starts the file with its header.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    public SynRetransmitsCsv(Stream stream)
    {
        _rows = new PlainRows(stream);
        _rows.Add(Encoding.ASCII.GetBytes(Columns)).End();
    }

    /// <summary>Writes one SYN.</summary>
    public void OnSyn(SynAttempt attempt)
    {
        _rows.Add(attempt.Connection).Add(attempt.Attempt).Add(attempt.Time)
            .Add(attempt.Interval, decimals: 9).Add(attempt.Expected, decimals: 3).Add(attempt.DeviationPercent, decimals: 2);
        if (attempt.Schedule.Length == 0) _rows.AddEmpty();
        else _rows.Add(Encoding.ASCII.GetBytes(attempt.Schedule)); // names of ours
        _rows.End();
    }

    public void OnCompleted(in TimelineEnd end) => _rows.Flush();
}
