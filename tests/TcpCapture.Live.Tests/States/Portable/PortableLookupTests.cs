using TcpCapture.Live.States.Portable;
using TcpCapture.Model;
using SystemState = System.Net.NetworkInformation.TcpState;

namespace TcpCapture.Live.Tests.States.Portable;

public class PortableLookupTests
{
    [Theory]
    [InlineData(SystemState.Closed, TcpState.Closed, SocketKind.Absent)]
    [InlineData(SystemState.DeleteTcb, TcpState.Closed, SocketKind.Absent)]
    [InlineData(SystemState.Listen, TcpState.Listen, SocketKind.Listener)]
    [InlineData(SystemState.SynSent, TcpState.SynSent, SocketKind.Full)]
    [InlineData(SystemState.SynReceived, TcpState.SynRecv, SocketKind.Request)]
    [InlineData(SystemState.Established, TcpState.Established, SocketKind.Full)]
    [InlineData(SystemState.FinWait1, TcpState.FinWait1, SocketKind.Full)]
    [InlineData(SystemState.FinWait2, TcpState.FinWait2, SocketKind.Full)]
    [InlineData(SystemState.CloseWait, TcpState.CloseWait, SocketKind.Full)]
    [InlineData(SystemState.Closing, TcpState.Closing, SocketKind.Full)]
    [InlineData(SystemState.LastAck, TcpState.LastAck, SocketKind.Full)]
    [InlineData(SystemState.TimeWait, TcpState.TimeWait, SocketKind.TimeWait)]
    public void StatesOfTheSystemsTableAreMapped(SystemState state, TcpState expected, object kind)
    {
        var snapshot = PortableLookup.ToSnapshot(state);
        Assert.Equal((expected, (SocketKind)kind), (snapshot!.Value.State, snapshot.Value.Kind));
    }

    [Fact]
    public void AnUnknownStateIsNoEvidence() => Assert.Null(PortableLookup.ToSnapshot(SystemState.Unknown));
}
