using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Queries;

namespace TcpCapture.Export.Csv;

/// <summary>
/// Writes <c>connections.csv</c>: a row a connection, a column a <see cref="ConnectionColumn"/>. Rows repeat the columns' values in
/// one chain of calls, since a delegate a value takes 40 % longer; a test holds the two equal.
/// </summary>
internal sealed class ConnectionsCsv : IConnectionSink
{
    private readonly PlainRows _rows;
    private readonly string _whole;

    /// <summary>Starts the file with its header.</summary>
    /// <param name="stream">Where to write; stays open.</param>
    /// <param name="whole">Where the connections were seen, for notes: <c>recording</c> or <c>capture</c>.</param>
    public ConnectionsCsv(Stream stream, string whole = "recording")
    {
        _whole = whole;
        _rows = new PlainRows(stream);
        foreach (var column in ConnectionColumn.OfFile) _rows.AddWord(column.Name);
        _rows.End();
    }

    /// <summary>Writes a connection that has ended, or will be observed no longer.</summary>
    public void OnConnectionEnded(Connection connection)
    {
        var (client, server, reset) = (connection.Client, connection.Server, connection.Reset);
        _rows.Add(connection.Number).Add(client.Address).Add(server.Address)
            .Add(connection.Start).AddScaled(connection.End - connection.Start, decimals: 9)
            .AddWord(connection.ConnState.ToText()).AddWord(connection.History).Add(connection.Completeness)
            .AddScaled(connection.Established - connection.FirstSyn, decimals: 6).Add(client.SynRetransmissions)
            .Add(client.Segments).Add(server.Segments).Add(client.Bytes).Add(server.Bytes)
            .Add(client.Retransmissions + server.Retransmissions).AddWord(connection.ClosedBy.ToText())
            .AddWord(client.FinalState?.ToRfcName() ?? "").AddWord(server.FinalState?.ToRfcName() ?? "")
            .AddWord(reset?.By.ToText() ?? "").AddWord(reset?.Cause.ToText() ?? "").AddText(reset?.Reason ?? "")
            .AddText(ConnectionColumn.Process(client.Owner)).AddText(ConnectionColumn.Process(server.Owner))
            .AddText(ConnectionColumn.Note(connection, _whole)).End();
    }

    public void OnCompleted(in TimelineEnd end) => _rows.Flush();
}
