using System.Globalization;
using TcpCapture.Model;
using TcpCapture.Queries.Expectations;

namespace TcpCapture.Export.Csv;

/// <summary>Writes <c>connections.csv</c>: a row a connection.</summary>
public sealed class ConnectionsCsv : IDisposable
{
    private static ReadOnlySpan<byte> Columns =>
        "connection,client,server,start,duration,conn_state,history,completeness,handshake_ms,syn_retransmits,client_segments,"u8
        + "server_segments,client_bytes,server_bytes,retransmissions,closed_by,client_final_state,server_final_state,reset_by,"u8
        + "reset_cause,reset_reason,process_client,process_server,note"u8;

    private const string GoesOn = "goes on in the next part";

    private const string GivenUp = "followed no longer: too many connections were open";

    private readonly PlainRows _rows;
    private readonly string _whole;

    /// <summary>Starts the file with its header.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    /// <param name="whole">What the connections were seen in, for people: a recording, a capture.</param>
    public ConnectionsCsv(Stream stream, string whole = "recording")
    {
        _whole = whole;
        _rows = new PlainRows(stream);
        _rows.Add(Columns).End();
    }

    /// <summary>Writes a connection that has ended, or will be observed no longer.</summary>
    public void Write(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var (client, server) = (connection.Client, connection.Server);
        _rows.Add(connection.Number).Add(client.Address).Add(server.Address)
            .Add(connection.Start).AddScaled(connection.End - connection.Start, decimals: 9)
            .AddWord(connection.ConnState.ToText()).AddWord(connection.History).Add(connection.Completeness)
            .AddScaled(connection.Established - connection.FirstSyn, decimals: 6).Add(client.SynRetransmissions)
            .Add(client.Segments).Add(server.Segments).Add(client.Bytes).Add(server.Bytes)
            .Add(client.Retransmissions + server.Retransmissions).AddWord(connection.ClosedBy.ToText())
            .AddWord(client.FinalState?.ToRfcName() ?? "").AddWord(server.FinalState?.ToRfcName() ?? "")
            .AddWord(connection.Reset?.By.ToText() ?? "").AddWord(connection.Reset?.Cause.ToText() ?? "").AddText(connection.Reset?.Reason ?? "")
            .AddText(Process(client.Owner)).AddText(Process(server.Owner)).AddText(Note(connection, _whole)).End();
    }

    /// <summary>Writes what is buffered.</summary>
    public void Dispose() => _rows.Dispose();

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
