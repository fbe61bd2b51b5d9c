using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.Calls;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Calls;

/// <summary>Runs programs whose calls are traced.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TracedPrograms : IDisposable
{
    private static readonly TimeSpan MaxRunTime = TimeSpan.FromSeconds(60);

    private readonly ProgramTracer _tracer;
    private readonly CallSink _sink = new();
    private readonly List<Process> _started = [];
    private bool _stopped;

    /// <summary>Creates a tracer for programs.</summary>
    /// <param name="useTransfers">False to trace as on kernels before 6.3.</param>
    /// <param name="sink">Receives the calls; null collects them in <see cref="Calls"/>.</param>
    public TracedPrograms(bool useTransfers = true, IObservationSink? sink = null)
    {
        Assert.SkipUnless(OnPath("python3"), "needs python3, which is not on the PATH");
        _tracer = ProgramTracer.Open(useTransfers);
        _tracer.Start(sink ?? _sink);
    }

    public ProgramTracer Tracer => _tracer;

    /// <summary>The calls, after <see cref="Stop"/>.</summary>
    public SocketCall[] Calls => _sink.Calls;

    public IReadOnlyCollection<SocketCall> Deliveries => _sink.Deliveries;

    public static void SkipUnlessPossible() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root to read the kernel trace");

    public static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Starts a Python program.</summary>
    public Process Python(Side role, string program, params string[] arguments) => Start(role, "python3", ["-c", program, .. arguments]);

    public Process Start(Side role, string program, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        var process = _tracer.Fork(role, () => Process.Start(info)!);
        _started.Add(process);
        return process;
    }

    /// <summary>Reads the port that a server prints.</summary>
    public static int PortOf(Process server) => int.Parse(server.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);

    public static void WaitFor(Process process) =>
        Assert.True(process.WaitForExit(MaxRunTime), $"the program has not ended within {MaxRunTime.TotalSeconds} s");

    public void Stop()
    {
        if (_stopped) return;
        _stopped = true;
        _tracer.Stop();
        foreach (var call in _sink.Deliveries)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{call.Id,6} {call.Begin.Nanoseconds % 100_000_000_000} +{(call.End - call.Begin) / 1000,-8} "
                + $"{call.ProcessId} {call.Side,-6} #{call.Socket} {call.Name}: {call.Text} = {call.Result} {call.Error} "
                + $"{call.Local} > {call.Remote}"));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(_tracer.Statistics.ToString());
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }

        Stop();
        _tracer.Dispose();
    }
}

/// <summary>Collects the calls of traced programs.</summary>
internal sealed class CallSink : IObservationSink
{
    private readonly ConcurrentQueue<SocketCall> _deliveries = [];

    /// <summary>All deliveries, in order.</summary>
    public IReadOnlyCollection<SocketCall> Deliveries => _deliveries;

    /// <summary>Each call once, by its last delivery, in order of begin.</summary>
    public SocketCall[] Calls => [.. _deliveries.GroupBy(call => (call.Id, call.Socket)).Select(g => g.Last()).OrderBy(call => call.Id)];

    public void OnFrame(in Frame frame)
    {
    }

    public void OnCall(SocketCall call) => _deliveries.Enqueue(call);

    public void OnSample(SocketSample sample)
    {
    }

    public void OnOwner(SocketOwner owner)
    {
    }

    public void OnTrace(KernelEvent trace)
    {
    }
}
