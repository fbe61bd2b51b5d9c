using System.Globalization;
using CsvHelper;
using TcpCapture.Analysis;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.Export;

/// <summary>Writes <c>connections.csv</c>: a row a connection.</summary>
public sealed class ConnectionsCsv : IDisposable
{
    private const string Columns =
        "connection,client,server,start,duration,conn_state,history,completeness,handshake_ms,syn_retransmits,client_segments,"
        + "server_segments,client_bytes,server_bytes,retransmissions,closed_by,client_final_state,server_final_state,reset_by,"
        + "reset_cause,reset_reason,process_client,process_server,note";

    private const string GoesOn = "goes on in the next part";

    private const string GivenUp = "followed no longer: too many connections were open";

    private readonly CsvWriter _csv;
    private readonly string _whole;

    /// <summary>Starts the file with its header.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    /// <param name="whole">What the connections were seen in, for people: a recording, a capture.</param>
    public ConnectionsCsv(Stream stream, string whole = "recording")
    {
        _whole = whole;
        _csv = CsvFields.Create(stream);
        _csv.WriteColumns(Columns);
    }

    /// <summary>Writes a connection that has ended, or will be observed no longer.</summary>
    public void Write(ConnectionReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var c = report.Connection;
        _csv.WriteField(c.Number);
        _csv.WriteField(c.Client.Address.ToString());
        _csv.WriteField(c.Server.Address.ToString());
        _csv.WriteTime(c.Start);
        _csv.WriteSeconds(c.End - c.Start);
        _csv.WriteField(report.ConnState);
        _csv.WriteField(report.History);
        _csv.WriteField(report.Completeness);
        _csv.WriteNumber((c.Established - c.FirstSyn) / 1e6, "F6");
        _csv.WriteField(c.Client.SynRetransmissions);
        _csv.WriteField(c.Client.Segments);
        _csv.WriteField(c.Server.Segments);
        _csv.WriteField(c.Client.Bytes);
        _csv.WriteField(c.Server.Bytes);
        _csv.WriteField(c.Client.Retransmissions + c.Server.Retransmissions);
        _csv.WriteField(report.ClosedBy);
        _csv.WriteState(c.Client.FinalState);
        _csv.WriteState(c.Server.FinalState);
        _csv.WriteField(c.Reset?.By.ToText() ?? "");
        _csv.WriteField(c.Reset?.Cause.ToText() ?? "");
        _csv.WriteText(c.Reset?.Reason ?? "");
        _csv.WriteText(Process(c.Client.Owner));
        _csv.WriteText(Process(c.Server.Owner));
        _csv.WriteText(Note(c, _whole));
        _csv.EndRecord();
    }

    /// <summary>Writes what is buffered.</summary>
    public void Dispose() => _csv.Dispose();

    internal static string Process(SocketOwner? owner) =>
        owner is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{owner.ProcessName}[{owner.ProcessId}]");

    internal static string Note(Connection connection, string whole)
    {
        var own = OwnNote(connection, whole);
        if (connection.WasGivenUp) own = own.Length == 0 ? GivenUp : $"{own}; {GivenUp}";
        if (!connection.GoesOn) return own;
        return own.Length == 0 ? GoesOn : $"{own}; {GoesOn}";
    }

    private static string OwnNote(Connection connection, string whole) => connection switch
    {
        { BeganEarlier: true } => $"began before the {whole}",
        { Reset: { } reset } => reset.Because,
        { FirstSyn: null } => "no segment was seen",
        _ => "",
    };
}
