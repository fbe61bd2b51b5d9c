using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class RefusedSynTests
{
    [Fact]
    public void WindowsTriesAgainHalfASecondAfterEachRefusal()
    {
        var script = new Script();
        for (var i = 0; i < 5; i++) script.Send(Side.Client, "S", seq: 100).Send(Side.Server, "R.", seq: 0, ack: 101).Wait(498);

        Assert.Contains(script.Play().Findings, finding => finding.Contains("as Windows does", StringComparison.Ordinal));
    }
}
