using System.Diagnostics;
using System.Runtime.Versioning;
using TcpCapture.Live;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States.Tracing;

[SupportedOSPlatform("linux")]
[Collection("kernel trace")]
public class TraceInstanceTests
{
    private const string NeedsRoot = "needs root, which alone can read the kernel's trace";
    private const string Child = "TCPCAPTURE_TRACES_UNTIL_KILLED";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void NothingIsLeftBehind()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var filesystem = TraceFilesystem.Open();
        var mounts = TraceMounts();
        using (var tracer = KernelTracer.Open(new Live.States.Tracing.TraceFilter([1])))
        {
            Assert.Contains(Instances(filesystem), IsOfThisProcess);
            tracer.Start(new LiveSink());
        }

        Assert.DoesNotContain(Instances(filesystem), IsOfThisProcess);
        Assert.Equal(mounts, TraceMounts());
    }

    [Fact]
    public async Task StoppingTwiceAndFromManyThreadsLeavesNothingBehind()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var filesystem = TraceFilesystem.Open();
        var tracer = KernelTracer.Open(new Live.States.Tracing.TraceFilter([1]));
        tracer.Start(new LiveSink());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(i % 2 == 0 ? tracer.Stop : tracer.Dispose)));
        tracer.Stop();
        Assert.Null(tracer.Statistics.Failure);
        Assert.DoesNotContain(Instances(filesystem), IsOfThisProcess);
        Assert.DoesNotContain(OpenFiles(), IsOfATrace);
    }

    [Fact]
    public void ASinkThatFailsEndsTheTraceWithAFailureAndLeavesNothingBehind()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var filesystem = TraceFilesystem.Open();
        using var pair = new LoopbackPair(System.Net.IPAddress.Loopback, System.Net.IPAddress.Loopback);
        var source = StateSources.Choose(StateSourceChoice.Traced, trace: new Live.States.Tracing.TraceFilter([pair.ServerAddress.Port]));
        source.Start(new FailingSink());
        source.WatchListener(pair.ServerAddress);
        pair.Connect();
        Assert.False(source.SampleNow());
        source.Stop();
        source.Stop();
        source.Dispose();
        Assert.Contains("the sink failed", source.Failure);
        Assert.Contains("the sink failed", source.Trace!.Failure);
        Assert.DoesNotContain(Instances(filesystem), IsOfThisProcess);
        Assert.DoesNotContain(OpenFiles(), IsOfATrace);
    }

    /// <summary>A child between fork and exec has copies of the trace's files, so the instance cannot be removed yet.</summary>
    [Fact]
    public async Task AnInstanceThatIsBrieflyInUseIsRemovedAfterwards()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var filesystem = TraceFilesystem.Open();
        var instance = TraceInstance.Create(filesystem.Root);
        Task removal;
        using (File.OpenRead($"{instance.Path}/per_cpu/cpu0/trace_pipe_raw"))
        {
            Assert.Throws<IOException>(() => Directory.Delete(instance.Path));
            using var begun = new ManualResetEventSlim();
            removal = Task.Run(
                () =>
                {
                    begun.Set();
                    instance.Dispose();
                },
                TestContext.Current.CancellationToken);
            begun.Wait(TestContext.Current.CancellationToken);
        }

        await removal;
        Assert.False(Directory.Exists(instance.Path));
    }

    [Fact]
    public void AStaleInstanceIsRemovedAndForeignInstancesAreNot()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var filesystem = TraceFilesystem.Open();
        var own = ProcessEntry.Read(Environment.ProcessId)!.Value.Start;
        // A reused process number, a running process, and similar names.
        var stale = new TraceInstanceName(Environment.ProcessId, own - 1, 1).ToString();
        var living = new TraceInstanceName(Environment.ProcessId, own, 2).ToString();
        string[] foreign = ["tcpcapture", "tcpcapture-1", $"tcpcapture-x-{own}-00000001", $"other-{Environment.ProcessId}-1-00000001"];
        string[] kept = [living, .. foreign];
        try
        {
            foreach (var name in kept.Append(stale)) Directory.CreateDirectory($"{filesystem.Root}/instances/{name}");
            using (KernelTracer.Open(new Live.States.Tracing.TraceFilter([1])))
            {
                var there = Instances(filesystem);
                Assert.DoesNotContain(stale, there);
                Assert.All(kept, name => Assert.Contains(name, there));
            }
        }
        finally
        {
            foreach (var name in kept.Append(stale).Where(name => Instances(filesystem).Contains(name)))
                Directory.Delete($"{filesystem.Root}/instances/{name}");
        }
    }

    [Fact]
    public void TheNextStartRemovesTheInstanceOfAKilledProcess()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var filesystem = TraceFilesystem.Open();
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "TcpCapture.SystemTests"))
        {
            ArgumentList = { "-explicit", "only", "-method", $"{typeof(TraceInstanceTests).FullName}.{nameof(TracesUntilKilled)}" },
            RedirectStandardOutput = true,
        };
        var ready = Path.GetTempFileName();
        start.Environment[Child] = ready;
        using var child = Process.Start(start)!;
        try
        {
            bool IsOfTheChild(string name) => TraceInstanceName.TryParse(name, out var parsed) && parsed.ProcessId == child.Id;
            Assert.True(SpinWait.SpinUntil(() => new FileInfo(ready).Length > 0 || child.HasExited, Patience));
            Assert.False(child.HasExited);
            Assert.Contains(Instances(filesystem), IsOfTheChild);
            // The instance of a running process is not removed.
            using (KernelTracer.Open(new Live.States.Tracing.TraceFilter([1]))) Assert.Contains(Instances(filesystem), IsOfTheChild);
            child.Kill();
            child.WaitForExit();
            Assert.Contains(Instances(filesystem), IsOfTheChild);
            using (KernelTracer.Open(new Live.States.Tracing.TraceFilter([1]))) Assert.DoesNotContain(Instances(filesystem), IsOfTheChild);
        }
        finally
        {
            if (!child.HasExited) child.Kill();
            File.Delete(ready);
        }
    }

    /// <summary>Not a test: the child process of the test above runs it.</summary>
    [Fact(Explicit = true)]
    public void TracesUntilKilled()
    {
        var ready = Environment.GetEnvironmentVariable(Child);
        Assert.NotNull(ready);
        using var tracer = KernelTracer.Open(new Live.States.Tracing.TraceFilter([1]));
        tracer.Start(new LiveSink());
        File.WriteAllText(ready, "ready");
        using var never = new ManualResetEventSlim();
        Assert.False(never.Wait(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void ATracedSourceAlsoSamples()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, NeedsRoot);
        using var pair = new LoopbackPair(System.Net.IPAddress.Loopback, System.Net.IPAddress.Loopback);
        var filter = new Live.States.Tracing.TraceFilter([pair.ServerAddress.Port]);
        using var source = StateSources.Choose(StateSourceChoice.Auto, trace: filter);
        Assert.Equal("traced", source.Name);
        var sink = new LiveSink();
        source.Start(sink);
        source.WatchListener(pair.ServerAddress);
        pair.Connect();
        source.Watch(pair.ClientEnd);
        source.SampleNow();
        source.Stop();
        Assert.Contains(sink.Samples, sample => sample.Local == pair.ClientEnd.Local);
        Assert.Contains(sink.Traces, trace => trace.FourTuple == pair.ClientEnd);
        Assert.Equal(sink.Traces.Count, source.Trace!.Events);
        Assert.Null(source.Trace.Failure);
    }

    private static List<string> Instances(TraceFilesystem filesystem) =>
        [.. Directory.EnumerateDirectories(filesystem.Root + "/instances").Select(path => Path.GetFileName(path))];

    /// <summary>Counts only tracefs, because concurrent tests mount and unmount other file systems.</summary>
    private static string[] TraceMounts() =>
        [.. File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(" tracefs ", StringComparison.Ordinal))];

    private static IEnumerable<string> OpenFiles() =>
        Directory.EnumerateFiles("/proc/self/fd").Select(path => new FileInfo(path).LinkTarget ?? "");

    private static bool IsOfATrace(string file) => file.Contains("trace_pipe_raw", StringComparison.Ordinal);

    private static bool IsOfThisProcess(string name) =>
        TraceInstanceName.TryParse(name, out var parsed) && parsed.ProcessId == Environment.ProcessId;

    private sealed class FailingSink : IObservationSink
    {
        public void OnFrame(in Frame frame) => throw new IOException("the sink failed");

        public void OnCall(SocketCall call) => throw new IOException("the sink failed");

        public void OnSample(SocketSample sample) => throw new IOException("the sink failed");

        public void OnOwner(SocketOwner owner) => throw new IOException("the sink failed");

        public void OnTrace(KernelEvent trace) => throw new IOException("the sink failed");
    }
}
