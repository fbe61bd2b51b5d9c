using System.Net;
using TcpCapture.Live;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States;

public class PortableStatesTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::", "::1")]
    [InlineData("::", "127.0.0.1")]
    public void AConnectionIsObservedFromBothEnds(string bind, string connect)
    {
        var sink = new LiveSink();
        using var source = StateSources.Choose(StateSourceChoice.Portable, TimeSpan.FromMilliseconds(5));
        source.Start(sink);
        using var pair = new LoopbackPair(IPAddress.Parse(bind), IPAddress.Parse(connect), dualMode: bind == "::");
        source.WatchListener(pair.ServerAddress);
        source.Watch(pair.ClientEnd);
        pair.Connect();
        pair.Accept();
        Await(pair.ListenerEnd, TcpState.Listen);
        Await(pair.ClientEnd, TcpState.Established);
        Await(pair.ServerEnd, TcpState.Established);
        pair.Client.Close();
        Await(pair.ClientEnd, TcpState.FinWait2);
        Await(pair.ServerEnd, TcpState.CloseWait);
        pair.Accepted!.Close();
        Await(pair.ClientEnd, TcpState.TimeWait);
        Await(pair.ServerEnd, TcpState.Closed);

        void Await(FourTuple end, TcpState state) => Assert.True(
            source.WaitFor(snapshots => snapshots.Of(end) is { } view && view.State == state, TimeSpan.FromSeconds(10)),
            $"{end} went through: {string.Join(", ", sink.StatesOf(end))}");
    }
}
