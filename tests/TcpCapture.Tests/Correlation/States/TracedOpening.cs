using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.States;

/// <summary>A handshake that the kernel reports: each change some microseconds beside the segment of it, as measured.</summary>
internal static class TracedOpening
{
    /// <summary>The handshake and its reports; the client's first has no port yet.</summary>
    public static Script OpenTraced(this Script script, ulong client = 0, ulong server = 0, uint clientIss = 100, uint serverIss = 300) => script
        .Report(Side.Client, TcpState.Closed, TcpState.SynSent, after: 0.99, client, portless: true).Send(Side.Client, "S", seq: clientIss)
        .Send(Side.Server, "S.", seq: serverIss)
        .Report(Side.Client, TcpState.SynSent, TcpState.Established, after: 0.005, client).Send(Side.Client, ".")
        .Report(Side.Server, TcpState.Listen, TcpState.SynRecv, after: 0.006, server)
        .Report(Side.Server, TcpState.SynRecv, TcpState.Established, after: 0.007, server);
}
