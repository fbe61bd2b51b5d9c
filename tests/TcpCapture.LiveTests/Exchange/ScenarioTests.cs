using System.Net;
using TcpCapture.Exchange;

namespace TcpCapture.LiveTests.Exchange;

public class ScenarioTests
{
    [Theory]
    [InlineData("exchange")]
    [InlineData("client-close")]
    [InlineData("server-close")]
    [InlineData("both-close")]
    [InlineData("listener-close")]
    [InlineData("refused")]
    [InlineData("backlog-full")]
    [InlineData("backlog-full-abort")]
    [InlineData("killed")]
    [InlineData("killed-unread")]
    [InlineData("abort")]
    [InlineData("data-after-close")]
    [InlineData("half-open")]
    [InlineData("half-close")]
    [InlineData("unreachable")]
    public void Measure(string name)
    {
        PrivateNetwork.Run(() =>
        {
            foreach (var a in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
            {
                var run = RecordedRun.Of(name, new ExchangeOptions { Address = a, Port = 21000, Messages = 2, Backlog = 1, IsPrivateNamespace = true, Duration = TimeSpan.FromSeconds(4) });
                TestContext.Current.TestOutputHelper!.WriteLine($"{name}\n{run.Segments}\n{run.Calls}\n{string.Join('|', run.Notes)}");
            }
        });
    }
}
