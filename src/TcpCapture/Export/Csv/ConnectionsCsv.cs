using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Queries;

namespace TcpCapture.Export.Csv;

/// <summary>Writes <c>connections.csv</c>: a row per connection, a column per <see cref="ConnectionColumn"/>.</summary>
// Rows are written by one chain of calls, since a delegate per value takes 40 % longer; a test compares both.
internal sealed class ConnectionsCsv : IConnectionSink
{
    private readonly PlainRows _rows;
    private readonly string _whole;

    /// <summary>Notes call the source <paramref name="whole"/>: <c>recording</c> or <c>capture</c>.</summary>
    public ConnectionsCsv(Stream stream, string whole = "recording")
    {
        _whole = whole;
        _rows = new PlainRows(stream);
        foreach (var column in ConnectionColumn.OfFile) _rows.AddWord(column.Name);
        _rows.End();
    }

    public void OnConnectionEnded(Connection connection)
    {
        var (client, server, diagnosis) = (connection.Client, connection.Server, connection.Diagnosis);
        _rows.Add(connection.Number).Add(client.Address).Add(server.Address)
            .Add(connection.HasTimes ? connection.Start : null).AddScaled(connection.DurationNanoseconds, decimals: 9)
            .AddWord(connection.ConnState.ToText()).AddWord(connection.History).Add(connection.Completeness)
            .AddScaled(connection.HandshakeNanoseconds, decimals: 6).Add(client.SynRetransmissions)
            .Add(client.Segments).Add(server.Segments).Add(client.Bytes).Add(server.Bytes)
            .Add(client.Retransmissions + server.Retransmissions).AddWord(connection.ClosedBy.ToText())
            .AddWord(client.FinalState?.ToRfcName() ?? "").AddWord(server.FinalState?.ToRfcName() ?? "")
            .AddWord(diagnosis.Outcome.ToText()).AddWord(diagnosis.Cause.ToText())
            .AddWord(diagnosis.Cause == Cause.None ? "" : diagnosis.Confidence.ToText())
            .AddText(ConnectionColumn.Alternatives(diagnosis)).AddText(ConnectionColumn.Evidence(diagnosis))
            .AddWord(diagnosis.ResetBy?.ToText() ?? "").AddText(diagnosis.KernelReason ?? "")
            .AddText(ConnectionColumn.Process(client.Owner)).AddText(ConnectionColumn.Process(server.Owner))
            .AddText(ConnectionColumn.Note(connection, _whole)).End();
    }

    public void OnCompleted(in TimelineEnd end) => _rows.Flush();
}
