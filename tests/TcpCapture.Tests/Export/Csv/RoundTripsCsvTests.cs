using TcpCapture.Export.Csv;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Export.Csv;

public class RoundTripsCsvTests
{
    [Fact]
    public void EachDirectionWithAcknowledgedDataHasARow()
    {
        var played = new Script().Open().Send(Side.Client, "P.", 10).Wait(4).Send(Side.Server, ".").Send(Side.Server, "F.").From(40001).Send(Side.Client, "S", seq: 7).Play();

        using var stream = new MemoryStream();
        var csv = new RoundTripsCsv(stream);
        foreach (var connection in played.Connections) csv.OnConnectionEnded(connection);
        csv.OnCompleted(default);

        var lines = System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                RoundTripsCsv.Columns,
                "1,client,2,1.000000,3.000000,5.000000,2.828427,1.000000,10,1,5.000000,5.000000,5.000000,0,,0,0,1,0",
                "1,server,1,1.000000,1.000000,1.000000,,1.000000,1,1,1.000000,1.000000,1.000000,0,,0,0,0,0",
            ],
            lines);
    }
}
