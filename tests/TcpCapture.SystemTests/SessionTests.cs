using System.Net;
using System.Net.Sockets;
using TcpCapture.Live;
using TcpCapture.Model;
using TcpCapture.SystemTests.Capture;
using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests;

/// <summary>The library in someone's test: their sockets, not ours.</summary>
[Collection("kernel trace")]
public sealed class SessionTests
{
    public SessionTests() => CapturePrivilege.Require();

    [Fact]
    public async Task ATestSeesWhoClosedAndWhatStatesItPassed()
    {
        using var server = Listen();
        using var session = CaptureSession.Start(CaptureScope.OfPort(PortOf(server)));
        await Exchange(server, lingerZero: false);
        var timeline = session.Finish();

        var connection = Assert.Single(timeline.Connections);
        Assert.Empty(timeline.Failed);
        Assert.Equal(ClosedBy.Client, connection.ClosedBy);
        Assert.Equal(ConnState.SF, connection.ConnState);
        Assert.Equal([TcpState.SynSent, TcpState.Established, TcpState.FinWait1, TcpState.FinWait2, TcpState.TimeWait], timeline.StatesOf(connection, Side.Client));
        Assert.Equal(5, connection.Client.Bytes);
        Assert.Equal(0, timeline.End.DroppedByKernel);
        timeline.Expect("no resets", "client closes first", "exactly 1 connection", "server passes through CLOSE_WAIT");
        Assert.Throws<InvalidOperationException>(() => session.Finish());
    }

    [Fact]
    public async Task AResetIsSeenWithItsSender()
    {
        using var server = Listen();
        using var session = CaptureSession.Start(CaptureScope.OfPort(PortOf(server)), new CaptureSessionOptions { States = StateSourceChoice.Sampled });
        await Exchange(server, lingerZero: true);
        var timeline = session.Finish();

        Assert.Equal(Side.Client, Assert.Single(timeline.Failed).Diagnosis.ResetBy);
        var error = Assert.Throws<ExpectationFailedException>(() => timeline.Expect("no resets"));
        Assert.Contains("client R.", error.Message);
    }

    [Fact]
    public async Task TheTemporaryFolderGoesWithTheSessionAndAGivenOneStays()
    {
        using var server = Listen();
        string temporary;
        using (var session = CaptureSession.Start(CaptureScope.OfPort(PortOf(server))))
        {
            temporary = session.Folder;
            await Exchange(server, lingerZero: false);
            session.Finish();
            Assert.True(File.Exists(Path.Combine(temporary, "timeline.csv")));
        }

        Assert.False(Directory.Exists(temporary));
        using (var unfinished = CaptureSession.Start(CaptureScope.OfPort(PortOf(server)))) temporary = unfinished.Folder;
        Assert.False(Directory.Exists(temporary));

        using var kept = new TestFolder();
        using (var session = CaptureSession.Start(CaptureScope.OfPort(PortOf(server)), OutputFolder.Create(kept.Output, force: false), new CaptureSessionOptions()))
        {
            await Exchange(server, lingerZero: false);
            session.Finish();
        }

        Assert.Contains("timeline.pcapng", kept.OutputNames);
    }

    [Fact]
    public async Task TwoSessionsAtOnceSeeEachItsOwn()
    {
        using var first = Listen();
        using var second = Listen();
        using var one = CaptureSession.Start(CaptureScope.OfPort(PortOf(first)));
        using var other = CaptureSession.Start(CaptureScope.OfPort(PortOf(second)));
        await Task.WhenAll(Exchange(first, lingerZero: false), Exchange(second, lingerZero: false), Exchange(second, lingerZero: false));
        Assert.Single(one.Finish().Connections);
        Assert.Equal(2, other.Finish().Connections.Count);
    }

    [Fact]
    public void AnInterfaceThatIsNotThereIsNamed()
    {
        var error = Assert.Throws<CaptureException>(() =>
            CaptureSession.Start(CaptureScope.OfPort(1), new CaptureSessionOptions { Interface = "nowhere0" }));
        Assert.Contains("nowhere0", error.Message);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task Exchange(TcpListener listener, bool lingerZero)
    {
        var token = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        var connecting = client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, token);
        using var accepted = await listener.AcceptTcpClientAsync(token);
        await connecting;
        await client.GetStream().WriteAsync("hello"u8.ToArray(), token);
        await accepted.GetStream().ReadExactlyAsync(new byte[5], token);
        if (lingerZero) client.Client.Close(timeout: 0); // the stream's Close would send a FIN before
        else client.Close();
        if (lingerZero) await Assert.ThrowsAsync<IOException>(async () => await accepted.GetStream().ReadExactlyAsync(new byte[1], token));
        else Assert.Equal(0, await accepted.GetStream().ReadAsync(new byte[1], token));
    }
}
