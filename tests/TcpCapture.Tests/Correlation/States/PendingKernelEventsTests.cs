using TcpCapture.Correlation.States;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

public class PendingKernelEventsTests
{
    [Theory]
    [InlineData(TcpState.FinWait1, TcpState.FinWait1, false)]
    [InlineData(TcpState.FinWait2, TcpState.FinWait2, false)]
    [InlineData(TcpState.Established, TcpState.FinWait1, true)]
    public void AKernelEventWithoutANewStateIsNoChange(TcpState from, TcpState to, bool isChange)
    {
        var client = Endpoint.FromBytes([10, 0, 0, 1], 40000);
        var report = new KernelEvent
        {
            Time = new Timestamp(Script.Start),
            Kind = KernelEventKind.StateChange,
            Local = client,
            Remote = Script.ServerAddress,
            OldState = from,
            NewState = to,
            SocketAddress = 1,
        };
        var book = new PendingKernelEvents();

        book.Add(report);

        Assert.Equal(isChange ? 1 : 0, book.Count);
        Assert.Equal(isChange, book.TryTakeDue(report.Time, out _));
    }
}
