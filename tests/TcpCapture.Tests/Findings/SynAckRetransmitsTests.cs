using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Findings;

public class SynAckRetransmitsTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public void ATimerRetransmitsUntilTheLastAckArrives() => Assert.Equal(
        ["The SYN-ACK was retransmitted 2 times, after 1.001 s, 2.001 s, by its timer; then the last ACK of the handshake arrived."],
        Analysed.Texts(new SynAckRetransmits(None), SynAcks(1000, 2000).Send(Side.Client, ".", seq: 101, ack: 301)));

    [Fact]
    public void ARetransmittedSynIsAnsweredAgain() => Assert.Equal(
        ["The SYN-ACK was retransmitted once, after 1.002 s, in answer to a retransmitted SYN; the handshake was not completed."],
        Analysed.Texts(new SynAckRetransmits(None), SynAcks().Wait(1000).Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300, ack: 101)));

    [Fact]
    public void ThisMachinesSettingsShowWhenTheServerGivesUp() => Assert.Equal(
        ["The SYN-ACK was retransmitted once, after 1.001 s, by its timer; by this machine's settings the server gives up about 7 s after the first."],
        Analysed.Texts(new SynAckRetransmits(new Dictionary<string, string> { ["net.ipv4.tcp_synack_retries"] = "2" }), SynAcks(1000)));

    [Fact]
    public void AUsualHandshakeHasNoFinding() => Assert.Empty(Analysed.Texts(new SynAckRetransmits(None), new Script().Open()));

    private static Script SynAcks(params double[] waits)
    {
        var script = new Script().Send(Side.Client, "S", seq: 100).Send(Side.Server, "S.", seq: 300);
        foreach (var wait in waits) script.Wait(wait).Send(Side.Server, "S.", seq: 300, ack: 101);
        return script;
    }
}
