using System.Globalization;
using System.Text;
using TcpCapture.Export.Csv;
using TcpCapture.Model;
using TcpCapture.Queries;
using TcpCapture.Tests.Queries.Filters;

namespace TcpCapture.Tests.Export.Csv;

/// <summary>Each value of a row equals the value of its <c>ConnectionColumn</c>.</summary>
public sealed class ConnectionsCsvTests
{
    [Fact]
    public void ARowHasTheValuesOfItsColumns()
    {
        var connection = Connections.Of(7, ConnState.RSTR, clientBytes: 11, serverBytes: 12, retransmissions: 13, closedBy: ClosedBy.Client,
            reset: (Side.Server, Cause.UnreadData), syns: 4);
        connection.Client.Segments = 21;
        connection.Server.Segments = 22;
        connection.Client.IsKnown = connection.Server.IsKnown = true;
        connection.Client.State = TcpState.FinWait2;
        connection.Server.State = TcpState.Closed;
        connection.Client.Owner = Owner(31, "curl");
        connection.Server.Owner = Owner(32, "nginx");
        connection.Diagnosis = connection.Diagnosis with { KernelReason = "TCP_ABORT_ON_DATA", AlsoPossible = [Cause.ProcessExit] };
        AssertRow(connection, "recording");
        Assert.Equal(ConnectionColumn.OfFile.Count, ConnectionColumn.OfFile.Select(column => TextOf(column, connection, "recording")).Distinct().Count());
    }

    [Fact]
    public void AnUnknownValueIsEmpty()
    {
        var connection = Connections.Of(8, ConnState.OTH, handshakeMilliseconds: null, history: "", closedBy: ClosedBy.Nobody, beganEarlier: true);
        connection.WasGivenUp = true;
        connection.GoesOn = true;
        AssertRow(connection, "capture");
    }

    private static void AssertRow(Connection connection, string whole)
    {
        using var stream = new MemoryStream();
        var csv = new ConnectionsCsv(stream, whole);
        csv.OnConnectionEnded(connection);
        csv.OnCompleted(default);
        var lines = Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal(ConnectionColumn.OfFile.Select(column => column.Name), lines[0].Split(','));
        Assert.Equal(
            ConnectionColumn.OfFile.Select(column => $"{column.Name} = {TextOf(column, connection, whole)}"),
            ConnectionColumn.OfFile.Zip(lines[1].Split(','), (column, value) => $"{column.Name} = {value}"));
    }

    private static string TextOf(ConnectionColumn column, Connection connection, string whole)
    {
        if (!column.IsNumber) return column.TextOf(connection, whole);
        var number = column.NumberOf(connection);
        if (number == ConnectionColumn.Unknown) return "";
        return column.Kind switch
        {
            ColumnKind.Time => new Timestamp(number).ToString(),
            ColumnKind.Seconds => (number / 1e9m).ToString("F9", CultureInfo.InvariantCulture),
            ColumnKind.Milliseconds => (number / 1e6m).ToString("F6", CultureInfo.InvariantCulture),
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static SocketOwner Owner(int processId, string name) => new(default, default, default, 0, processId, name);
}
