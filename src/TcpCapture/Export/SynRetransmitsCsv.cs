using CsvHelper;
using TcpCapture.Analysis;

namespace TcpCapture.Export;

/// <summary>Writes <c>syn-retransmits.csv</c>: a row a SYN.</summary>
public sealed class SynRetransmitsCsv : IDisposable
{
    private const string Columns = "connection,attempt,time,interval,expected,deviation_pct,schedule";

    private readonly CsvWriter _csv;

    /// <summary>Starts the file with its header.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    public SynRetransmitsCsv(Stream stream)
    {
        _csv = CsvFields.Create(stream);
        _csv.WriteColumns(Columns);
    }

    /// <summary>Writes one SYN.</summary>
    public void Write(SynAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        _csv.WriteField(attempt.Connection);
        _csv.WriteField(attempt.Attempt);
        _csv.WriteTime(attempt.Time);
        _csv.WriteNumber(attempt.Interval, "F9");
        _csv.WriteNumber(attempt.Expected, "F3");
        _csv.WriteNumber(attempt.DeviationPercent, "F2");
        _csv.WriteField(attempt.Schedule);
        _csv.EndRecord();
    }

    /// <summary>Writes what is buffered.</summary>
    public void Dispose() => _csv.Dispose();
}
