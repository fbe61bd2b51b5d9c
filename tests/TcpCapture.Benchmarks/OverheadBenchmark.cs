using System.Diagnostics;
using System.Globalization;
using System.Net;
using TcpCapture.Live;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>The cost of observing for the observed program: a connect/close loop unobserved, recorded, and with tcpstates.</summary>
// The three alternate, so that other load on the machine affects all.
internal sealed class OverheadBenchmark : IBenchmark
{
    private const int Rounds = 3;
    private const ushort Port = 12351;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    private string? _tcpStatesObstacle;

    public string Name => "overhead";
    public string? Obstacle => Environment.IsPrivilegedProcess ? null : "needs root to read the kernel's trace";

    public IEnumerable<Row> Run()
    {
        foreach (var threads in (int[])[1, 2])
        {
            var off = new List<double>();
            var offCpu = new List<double>();
            var recorded = new List<(double Time, string Remark)>();
            var theirs = new List<(double Time, string Remark)>();
            for (var i = 0; i < Rounds; i++)
            {
                var (time, cpu, _) = ConnectLoop.Run(Port, threads, Length);
                off.Add(time);
                offCpu.Add(cpu);
                recorded.Add(Recorded(threads));
                if (TcpStates(threads) is { } figures) theirs.Add(figures);
            }

            var what = threads == 1 ? "1 thread" : $"{threads} threads";
            yield return new Row($"{what}, unobserved", "connection", Spread.Of(off), Remark: string.Create(
                CultureInfo.InvariantCulture, $"{PerSecond(off)}; CPU {Spread.Of(offCpu).Median / 1e3:F1} µs each"));
            yield return Compare($"{what}, recorded", off, recorded);
            yield return theirs.Count == Rounds
                ? Compare($"{what}, tcpstates", off, theirs)
                : new Row($"{what}, tcpstates", "connection", new Spread(0, 0, 0), Remark: "not measured: " + _tcpStatesObstacle);
        }
    }

    private static (double Time, string Remark) Recorded(int threads)
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-benchmark-");
        try
        {
            var output = OutputFolder.Create(Path.Combine(folder.FullName, "out"), force: false);
            var server = Endpoint.From(new IPEndPoint(IPAddress.Any, Port));
            using var session = CaptureSession.Start(CaptureScope.Of(server, "overhead"), output, new CaptureSessionOptions());
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var (time, loopCpu, connections) = ConnectLoop.Run(Port, threads, Length);
            var own = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / connections;
            var end = session.Stop();
            return (time, string.Create(CultureInfo.InvariantCulture,
                $"CPU {loopCpu / 1e3:F1} µs each and {own:F1} µs to observe it; of {connections} connections {end.TraceEvents} reports, {end.TraceOverruns} lost, {end.Frames} frames, {end.DroppedByKernel} dropped"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private (double Time, string Remark)? TcpStates(int threads)
    {
        try
        {
            using var tcpStates = new TcpStates();
            var cpu = tcpStates.Cpu;
            var (time, loopCpu, connections) = ConnectLoop.Run(Port, threads, Length);
            var own = (tcpStates.Cpu - cpu).TotalMicroseconds / connections;
            var (printed, lost) = tcpStates.Stop(Port);
            return (time, string.Create(CultureInfo.InvariantCulture,
                $"CPU {loopCpu / 1e3:F1} µs each and {own:F1} µs to observe it; of {connections} connections {printed} changes printed, {lost} lost"));
        }
        catch (InvalidOperationException error)
        {
            _tcpStatesObstacle = error.Message;
            return null;
        }
    }

    private static Row Compare(string what, List<double> off, List<(double Time, string Remark)> on)
    {
        var ratios = Spread.Of(off.Zip(on, (without, with) => without / with.Time));
        var last = on.OrderBy(figures => figures.Time).ElementAt(on.Count / 2).Remark;
        return new Row(what, "connection", Spread.Of(on.Select(figures => figures.Time)), Remark: string.Create(
            CultureInfo.InvariantCulture,
            $"{PerSecond(on.Select(figures => figures.Time))}, {ratios.Median:F2} of unobserved ({ratios.Min:F2} to {ratios.Max:F2}); {last}"));
    }

    private static string PerSecond(IEnumerable<double> nanoseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{1e9 / Spread.Of(nanoseconds).Median:F0} connections/s");
}
