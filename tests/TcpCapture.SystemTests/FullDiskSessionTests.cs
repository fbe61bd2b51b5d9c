using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using TcpCapture.Live;
using TcpCapture.Live.States.Tracing;
using TcpCapture.SystemTests.Capture;
using TcpCapture.SystemTests.Cli;

namespace TcpCapture.SystemTests;

/// <summary>A session on a full disk: the call reports it, disposing throws nothing, and nothing is left behind.</summary>
/// <remarks>
/// The disk is a small tmpfs in a mount namespace. Each session runs in a process of its own, so that every thread, open file
/// and trace instance that is left is the session's.
/// </remarks>
[Collection("kernel trace")]
[SupportedOSPlatform("linux")]
public sealed class FullDiskSessionTests
{
    private const string Child = "TCPCAPTURE_TEST_FULL_DISK";
    private const string Script = $"""
        mount -t tmpfs -o "$2" tmpfs "$1" && {Child}="$1" exec "$3" -noLogo -noColor -explicit only -method "$4"
        """;

    private const int RoomForTheEnd = 64 * 1024; // enough for the last observations, too little for the page

    private static readonly string[] Threads = ["capture", "states (sampled", "kernel trace", "socket owners"];

    private static string Disk => Environment.GetEnvironmentVariable(Child)!;

    private static string Filler => Path.Combine(Disk, "filler");

    private static CancellationToken Aborted => TestContext.Current.CancellationToken;

    /// <summary>The disk's own folder uses the first inode, the session's folder the second.</summary>
    [Theory]
    [InlineData("nr_inodes=1", nameof(StartIntoATemporaryFolder))]
    [InlineData("nr_inodes=2", nameof(StartIntoATemporaryFolder))]
    [InlineData("nr_inodes=1", nameof(StartIntoAGivenFolder))]
    [InlineData("nr_inodes=2", nameof(StartIntoAGivenFolder))]
    [InlineData("size=1m", nameof(StartIntoATemporaryFolder))]
    [InlineData("size=1m", nameof(StartIntoAGivenFolder))]
    [InlineData("size=8m", nameof(FillTheDiskWhileRecording))]
    [InlineData("size=8m", nameof(FillTheDiskBeforeTheFiles))]
    public void AFullDiskIsReportedAndNothingIsLeft(string limit, string session)
    {
        CapturePrivilege.Require();
        using var folder = new TestFolder();
        var disk = Directory.CreateDirectory(Path.Combine(folder.Path, "disk")).FullName;
        var tests = Path.Combine(AppContext.BaseDirectory, "TcpCapture.SystemTests");
        var run = MountNamespace.Run(Script, disk, limit, tests, $"{typeof(FullDiskSessionTests).FullName}.{session}");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", run.Output);
    }

    [Fact(Explicit = true)]
    public void StartIntoATemporaryFolder() => StartFails(new CaptureSessionOptions());

    [Fact(Explicit = true)]
    public void StartIntoAGivenFolder() => StartFails(new CaptureSessionOptions { Folder = Path.Combine(Disk, "out") });

    [Fact(Explicit = true)]
    public async Task FillTheDiskWhileRecording()
    {
        using var server = Listen();
        var session = Start(server);
        Fill(leave: 0);
        await Exchange(server, connections: 100);
        var error = await Assert.ThrowsAnyAsync<TcpCaptureException>(() => session.FinishAsync(Aborted));
        Assert.Equal(Problem.OutputUnwritable, error.Problem);
        Assert.Contains("No space left on device", error.Message);
        Assert.Equal(error.Message, session.Failure!.Message);
        await session.DisposeAsync();
        NothingIsLeft();
    }

    [Fact(Explicit = true)]
    public async Task FillTheDiskBeforeTheFiles()
    {
        using var server = Listen();
        var session = Start(server);
        await Exchange(server, connections: 3);
        Fill(leave: RoomForTheEnd);
        var error = await Assert.ThrowsAnyAsync<TcpCaptureException>(() => session.FinishAsync(Aborted));
        Assert.Equal((Problem.OutputUnwritable, Remedy.ReadRawRecording), (error.Problem, error.Remedy));
        Assert.Contains("No space left on device", error.Message);
        Assert.Equal(["recording.pcapng.partial"], Directory.EnumerateFiles(session.Folder).Select(Path.GetFileName));

        File.Delete(Filler);
        var timeline = await session.FinishAsync(Aborted);
        Assert.Equal(3, timeline.Connections.Count);
        await session.DisposeAsync();
        NothingIsLeft();
    }

    private static void StartFails(CaptureSessionOptions options)
    {
        using var server = Listen();
        Environment.SetEnvironmentVariable("TMPDIR", Disk);
        if (DriveOf(Disk).TotalSize <= 1 << 20) Fill(leave: 0); // else it lacks inodes
        var error = Assert.ThrowsAny<TcpCaptureException>(() => CaptureSession.Start(CaptureScope.OfPort(PortOf(server)), options));
        Assert.Equal(Problem.OutputUnwritable, error.Problem);
        Assert.Contains("No space left on device", error.Message);
        NothingIsLeft();
    }

    private static CaptureSession Start(TcpListener server)
    {
        Environment.SetEnvironmentVariable("TMPDIR", Disk);
        var session = CaptureSession.Start(CaptureScope.OfPort(PortOf(server)));
        Assert.StartsWith(Disk, session.Folder);
        return session;
    }

    /// <summary>Fills the disk to its last page, apart from some bytes.</summary>
    private static void Fill(int leave)
    {
        using (var file = new FileStream(Filler, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            var pages = DriveOf(Disk).AvailableFreeSpace / 4096;
            for (var i = 0; i < pages; i++) file.Write(new byte[4096]);
            file.SetLength(file.Length - leave);
        }

        Assert.Equal(leave, DriveOf(Disk).AvailableFreeSpace);
    }

    private static void NothingIsLeft()
    {
        Assert.All(Directory.EnumerateFileSystemEntries(Disk), path => Assert.Equal(Filler, path));
        Assert.Empty(Names("/proc/self/task", task => File.ReadAllText(task + "/comm").TrimEnd()).Intersect(Threads));
        var open = Names("/proc/self/fd", file => new FileInfo(file).LinkTarget ?? "");
        Assert.DoesNotContain(open, file => file.StartsWith(Disk, StringComparison.Ordinal));
        Assert.DoesNotContain(open, file => file.Contains("trace_pipe_raw", StringComparison.Ordinal));
        if (!StateSources.Available()[0].IsAvailable) return;
        using var tracefs = TraceFilesystem.Open();
        Assert.DoesNotContain(
            Directory.EnumerateDirectories(tracefs.Root + "/instances").Select(Path.GetFileName),
            name => TraceInstanceName.TryParse(name!, out var instance) && instance.ProcessId == Environment.ProcessId);
    }

    private static string[] Names(string folder, Func<string, string> nameOf) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(path =>
        {
            try
            {
                return nameOf(path);
            }
            catch (IOException)
            {
                return ""; // it has just gone
            }
        })];

    private static DriveInfo DriveOf(string path) => new(path);

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task Exchange(TcpListener listener, int connections)
    {
        for (var i = 0; i < connections; i++)
        {
            using var client = new TcpClient();
            var connecting = client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Aborted);
            using var accepted = await listener.AcceptTcpClientAsync(Aborted);
            await connecting;
            await client.GetStream().WriteAsync(new byte[100], Aborted);
            await accepted.GetStream().ReadExactlyAsync(new byte[100], Aborted);
        }
    }
}
