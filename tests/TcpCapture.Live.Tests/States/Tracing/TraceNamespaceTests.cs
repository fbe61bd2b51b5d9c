using System.Runtime.Versioning;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States.Tracing;

[SupportedOSPlatform("linux")]
public class TraceNamespaceTests
{
    private const int Own = 1;
    private const int Foreign = 2;
    private const int Gone = 3;

    private readonly TraceNamespace _namespace = new(thread => thread == Gone ? null : thread == Foreign);

    [Theory]
    [InlineData(Own, false)]
    [InlineData(Foreign, true)]
    [InlineData(Gone, false)]
    public void ASocketBelongsToTheThreadThatOpenedIt(int owner, bool isForeign)
    {
        Assert.Equal(isForeign, IsForeign(Change(TcpState.Closed, TcpState.SynSent, owner)));
        Assert.Equal(isForeign, IsForeign(Change(TcpState.SynSent, TcpState.Established, Own)));
        Assert.Equal(isForeign, IsForeign(Change(TcpState.SynSent, TcpState.Established, Foreign)));
        Assert.Equal(isForeign, IsForeign(Change(default, default, Own) with { Kind = KernelEventKind.SendReset }));
    }

    [Fact]
    public void AReusedAddressIsAnotherSocket()
    {
        Assert.True(IsForeign(Change(TcpState.Closed, TcpState.Listen, Foreign)));
        Assert.True(IsForeign(Change(TcpState.Listen, TcpState.Closed, Foreign)));
        Assert.False(IsForeign(Change(TcpState.Closed, TcpState.Listen, Own)));
        Assert.True(IsForeign(Change(TcpState.Closed, TcpState.SynSent, Foreign)));
        Assert.False(IsForeign(Change(TcpState.Listen, TcpState.SynRecv, Foreign)));
        Assert.False(IsForeign(Change(TcpState.SynRecv, TcpState.Established, Foreign)));
    }

    /// <summary>The event names the interrupted thread, which is unrelated to the socket.</summary>
    [Fact]
    public void ASocketOfAListenerDoesNotBelongToTheInterruptedThread() =>
        Assert.False(IsForeign(Change(TcpState.Listen, TcpState.SynRecv, Foreign)));

    [Fact]
    public void AnEventWithoutASocketIsNotForeign()
    {
        Assert.True(IsForeign(Change(TcpState.Closed, TcpState.Listen, Foreign)));
        Assert.False(IsForeign(Change(default, default, Foreign) with { Kind = KernelEventKind.Drop, SocketAddress = 0 }));
    }

    [Fact]
    public void ThisProcessIsInItsOwnNamespace() =>
        Assert.False(new TraceNamespace().AskThread(Change(TcpState.Closed, TcpState.Listen, Environment.ProcessId)));

    private bool IsForeign(KernelEvent trace) => _namespace.IsForeign(trace, _namespace.AskThread(trace));

    private static KernelEvent Change(TcpState from, TcpState to, int thread) => new()
    {
        Time = default,
        Kind = KernelEventKind.StateChange,
        Local = default,
        Remote = default,
        OldState = from,
        NewState = to,
        SocketAddress = 0xABCD,
        ThreadId = thread,
    };
}
