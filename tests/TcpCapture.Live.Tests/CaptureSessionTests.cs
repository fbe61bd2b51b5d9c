using TcpCapture.Model;

namespace TcpCapture.Live.Tests;

/// <summary>A session that is cancelled, fails or is disposed: no exception from Dispose, and nothing is left behind.</summary>
public sealed class CaptureSessionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tcpcapture-session-").FullName;
    private readonly CancellationTokenSource _cancellation = new();

    private static CancellationToken Aborted => TestContext.Current.CancellationToken;

    private string Output => Path.Combine(_folder, "out");

    private CaptureSessionOptions Options => new() { Interface = "scripted0", Folder = Output };

    public void Dispose()
    {
        _cancellation.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void ASessionRecordsWhatItsSourcesDeliver()
    {
        var scripted = new ScriptedSources();
        using var session = Start(scripted);
        scripted.Frames!.Segment(4000, TcpFlags.Syn);
        scripted.Frames.Segment(4000, TcpFlags.Rst | TcpFlags.Ack, fromServer: true);
        var timeline = session.Finish(cancellationToken: Aborted);

        Assert.Equal(Side.Server, Assert.Single(timeline.Failed).Diagnosis.ResetBy);
        Assert.True(scripted.AllDisposed);
        Assert.Throws<InvalidOperationException>(() => session.Finish());
    }

    [Fact]
    public void CancelledBeforeAnythingIsOpenedNothingIsOpened()
    {
        var scripted = new ScriptedSources();
        _cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Start(scripted));
        Assert.Null(scripted.States);
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CancelledDuringStartItClosesWhatItOpened(bool withStates)
    {
        Action cancel = _cancellation.Cancel;
        var scripted = new ScriptedSources { OnOpenStates = withStates ? cancel : null, OnOpenCapture = withStates ? null : cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => Start(scripted));
        Assert.Equal(withStates, scripted.Frames is null);
        Assert.True(scripted.AllDisposed);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void ACaptureThatCannotBeOpenedLeavesNothing()
    {
        var scripted = new ScriptedSources { OnOpenCapture = () => throw new CaptureException("no privilege") };
        var error = Assert.ThrowsAny<TcpCaptureException>(() => Start(scripted));
        Assert.Equal(Problem.CaptureUnavailable, error.Problem);
        Assert.Equal(1, scripted.States!.Disposals);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public async Task CancelledWhileItFollowsItCanBeDisposed()
    {
        var scripted = new ScriptedSources();
        var session = Start(scripted, Options with { Folder = null, Follow = true });
        scripted.States!.NeverQuiet = true;
        var finishing = session.FinishAsync(_cancellation.Token);
        scripted.States.IsWaitedFor.Wait(Aborted);
        await _cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finishing);
        await session.DisposeAsync();

        Assert.True(scripted.AllDisposed);
        Assert.False(Directory.Exists(session.Folder));
    }

    [Fact]
    public void CancelledWhileItFinishesItCanBeFinishedAgain()
    {
        var scripted = new ScriptedSources();
        using var session = Start(scripted);
        scripted.Frames!.Segment(4000, TcpFlags.Syn);
        scripted.Frames.OnStop = _cancellation.Cancel;
        Assert.ThrowsAny<OperationCanceledException>(() => session.Finish(cancellationToken: _cancellation.Token));
        Assert.Equal(["recording.pcapng.partial"], Directory.EnumerateFiles(Output).Select(Path.GetFileName));
        Assert.Single(session.Finish(cancellationToken: Aborted).Connections);
    }

    [Fact]
    public async Task AStateSourceThatDiesIsReportedByFinishAndEverythingElseIsStopped()
    {
        var scripted = new ScriptedSources();
        var session = Start(scripted, Options with { Folder = null });
        scripted.States!.Failure = "the sampler died";
        var error = await Assert.ThrowsAnyAsync<TcpCaptureException>(() => session.FinishAsync(Aborted));
        Assert.Equal((Problem.StatesUnavailable, "the sampler died"), (error.Problem, error.Message));
        Assert.Equal(error.Message, session.Failure!.Message);
        Assert.Equal((1, 1), (scripted.Frames!.Stops, scripted.States.Stops));
        await session.DisposeAsync();

        Assert.True(scripted.AllDisposed);
        Assert.False(Directory.Exists(session.Folder));
    }

    [Fact]
    public void DisposingNeverThrowsWhateverFails()
    {
        var scripted = new ScriptedSources();
        var session = Start(scripted, Options with { Folder = null });
        scripted.States!.Thrown = new InvalidOperationException("states");
        scripted.Frames!.OnStop = () => throw new InvalidOperationException("capture");
        session.Dispose();

        Assert.True(scripted.AllDisposed);
        Assert.False(Directory.Exists(session.Folder));
        Assert.Contains("states", session.Failure!.Message);
    }

    [Fact]
    public async Task DisposedTwiceAndFromAnotherThreadItEndsAFinishThatRuns()
    {
        var scripted = new ScriptedSources();
        var session = Start(scripted, Options with { Folder = null, Follow = true });
        scripted.States!.NeverQuiet = true;
        var finishing = session.FinishAsync(Aborted);
        scripted.States.IsWaitedFor.Wait(Aborted);
        await Task.WhenAll(Task.Run(session.Dispose, Aborted), Task.Run(session.Dispose, Aborted));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => finishing);
        session.Dispose();

        Assert.Equal((1, 1), (scripted.Frames!.Disposals, scripted.States.Disposals));
        Assert.False(Directory.Exists(session.Folder));
        Assert.Throws<ObjectDisposedException>(() => session.Finish());
    }

    [Fact]
    public async Task ConnectionsAreFollowedUntilTheSessionEnds()
    {
        var scripted = new ScriptedSources();
        using var session = Start(scripted);
        var following = session.FollowAsync(Aborted);
        scripted.Frames!.Segment(4000, TcpFlags.Syn);
        scripted.Frames.Segment(4000, TcpFlags.Syn);
        scripted.Frames.Segment(4000, TcpFlags.Rst | TcpFlags.Ack, fromServer: true);
        scripted.Frames.Segment(4001, TcpFlags.Ack);
        session.Finish(cancellationToken: Aborted);

        var changes = new List<ConnectionChange>();
        await foreach (var change in following) changes.Add(change);
        Assert.Equal(
            [ConnectionChangeKind.Opened, ConnectionChangeKind.SynRetransmitted, ConnectionChangeKind.Reset, ConnectionChangeKind.Found],
            changes.Select(change => change.Kind));
        Assert.Equal(80, changes[2].Sender.Port);
    }

    [Fact]
    public async Task FollowingEndsWhenItIsCancelled()
    {
        var scripted = new ScriptedSources();
        using var session = Start(scripted);
        var following = session.FollowAsync(_cancellation.Token);
        scripted.Frames!.Segment(4000, TcpFlags.Syn);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var change in following) await _cancellation.CancelAsync();
        });
    }

    [Fact]
    public void ALoggedSocketIsRecorded()
    {
        var scripted = new ScriptedSources();
        using var session = Start(scripted);
        session.OpenSocket(Side.Client).Dispose();
        Assert.Contains(session.Finish(cancellationToken: Aborted).Events, e => e.Kind == EventKind.Call);
    }

    [Fact]
    public void ARecorderReportsASourceThatDiesAndIsDisposedTwice()
    {
        var scripted = new ScriptedSources();
        var folder = TcpCapture.OutputFolder.Create(Output, force: false);
        var recorder = Recorder.Start(new CaptureScope { Ports = [80] }, folder, Options, null, scripted.Sources);
        scripted.Frames!.Segment(4000, TcpFlags.Syn);
        scripted.States!.Failure = "the sampler died";
        var result = recorder.Run(TimeSpan.Zero, Aborted);
        Assert.Equal("the sampler died", Assert.Single(result.Failures).Message);
        Assert.Equal([Output], result.Folders);
        recorder.Dispose();
        recorder.Dispose();
        Assert.True(scripted.AllDisposed);
        Assert.Throws<ObjectDisposedException>(() => recorder.Run());
    }

    [Fact]
    public async Task ARecorderDisposedFromAnotherThreadEndsItsRun()
    {
        var scripted = new ScriptedSources();
        var folder = TcpCapture.OutputFolder.Create(Output, force: false);
        var recorder = Recorder.Start(new CaptureScope { Ports = [80] }, folder, Options, null, scripted.Sources);
        using var running = new ManualResetEventSlim();
        var run = recorder.RunAsync(end: Aborted, watcher: _ => running.Set());
        running.Wait(Aborted);
        await recorder.DisposeAsync();
        var result = await run;
        Assert.Contains("the raw recording is kept", Assert.Single(result.Failures).Message);
        Assert.True(scripted.AllDisposed);
    }

    private CaptureSession Start(ScriptedSources scripted, CaptureSessionOptions? options = null) =>
        CaptureSession.Start(CaptureScope.OfPort(80), options ?? Options, scripted.Sources, _cancellation.Token);
}
