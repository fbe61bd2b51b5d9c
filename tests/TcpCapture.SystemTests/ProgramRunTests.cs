using System.Diagnostics;
using System.Runtime.Versioning;
using TcpCapture.Live;
using TcpCapture.SystemTests.Capture;
using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests;

/// <summary>Programs that someone's code runs and observes.</summary>
[SupportedOSPlatform("linux")]
[Collection("kernel trace")]
public sealed class ProgramRunTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public ProgramRunTests() => CapturePrivilege.Require();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CancellingKillsTheProgramAndKeepsTheRecording()
    {
        var started = Path.Combine(_folder.Path, "started");
        var run = new ProgramRun { Client = ["sh", "-c", "trap '' TERM; touch \"$0\"; exec sleep 60", started], Port = 20_301 };
        using var cancelled = new CancellationTokenSource();
        var running = run.RunAsync(Folder, cancelled.Token);
        while (!File.Exists(started) && !running.IsCompleted) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);
        Assert.Null(run.ExitCode);
        var watch = Stopwatch.StartNew();
        await cancelled.CancelAsync();
        var folder = await running;
        folder.Export();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal(137, run.ExitCode);
        var timeline = Timeline.Load(Recording.Open(_folder.Output));
        Assert.True(timeline.End.IsInterrupted);
        Assert.Null(timeline.End.CutOff);
        Assert.Empty(timeline.Connections);
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.RunAsync(Folder, CancellationToken.None));
    }

    [Fact]
    public async Task CancelledBeforeItsStartItRunsNothing()
    {
        var started = Path.Combine(_folder.Path, "started");
        var run = new ProgramRun { Client = ["touch", started], Port = 20_302 };

        var error = await Assert.ThrowsAnyAsync<TcpCaptureException>(() => run.RunAsync(Folder, new CancellationToken(canceled: true)));
        Assert.Contains("nothing was recorded", error.Message);
        Assert.False(File.Exists(started));
        Assert.False(Directory.Exists(_folder.Output));
    }

    [Fact]
    public async Task TheExitCodeIsTheClients()
    {
        var run = new ProgramRun { Client = ["sh", "-c", "exit 7"], Port = 20_303 };
        await run.RunAsync(Folder, TestContext.Current.CancellationToken);
        Assert.Equal(7, run.ExitCode);
    }

    private OutputFolder Folder() => OutputFolder.Create(_folder.Output, force: false);
}
