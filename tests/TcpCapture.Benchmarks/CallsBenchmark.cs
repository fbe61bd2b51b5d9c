using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using TcpCapture.Live.Calls;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>The cost of tracing calls for a program that reads a file byte by byte (the worst case), and for one that opens as</summary>
// many connections as it can: traced, while another program is traced, and untraced.
internal sealed class CallsBenchmark : IBenchmark
{
    private const int Rounds = 3;

    private const string Reads = """
        import os, time
        file, read, count = os.open("/dev/zero", os.O_RDONLY), os.read, 2000000
        start = time.perf_counter()
        for i in range(count): read(file, 1)
        print((time.perf_counter() - start) / count * 1e9)
        """;

    private const string Connections = """
        import socket, threading, time
        listener, count = socket.create_server(("127.0.0.1", 0), backlog=100), 5000
        def serve():
            for i in range(count):
                connection, peer = listener.accept()
                connection.sendall(connection.recv(100))
                connection.close()
        server = threading.Thread(target=serve)
        server.start()
        start = time.perf_counter()
        for i in range(count):
            client = socket.create_connection(listener.getsockname())
            client.sendall(b"word")
            client.recv(100)
            client.close()
        print((time.perf_counter() - start) / count * 1e9)
        """;

    public string Name => "calls";
    public string? Obstacle => Environment.IsPrivilegedProcess ? null : "needs root to read the kernel's trace";

    public IEnumerable<Row> Run() => OperatingSystem.IsLinux() ? RunOnLinux() : [];

    [SupportedOSPlatform("linux")]
    private static IEnumerable<Row> RunOnLinux()
    {
        foreach (var (what, unit, program) in ((string, string, string)[])[("a byte at a time", "read", Reads), ("connections", "connection", Connections)])
        {
            yield return new Row($"{what}, unobserved", unit, Spread.Of(Enumerable.Range(0, Rounds).Select(_ => Time(() => Start(program)))));
            using (var other = ProgramTracer.Open())
            {
                other.Start(NoObservations.Instance);
                yield return new Row($"{what}, others are traced", unit, Spread.Of(Enumerable.Range(0, Rounds).Select(_ => Time(() => Start(program)))));
            }

            var traced = Enumerable.Range(0, Rounds).Select(_ => Traced(program)).ToArray();
            yield return new Row($"{what}, traced", unit, Spread.Of(traced.Select(round => round.Time)), Remark: traced[^1].Remark);
        }
    }

    [SupportedOSPlatform("linux")]
    private static (double Time, string Remark) Traced(string program)
    {
        using var tracer = ProgramTracer.Open();
        tracer.Start(NoObservations.Instance);
        var time = Time(() => tracer.Fork(Side.Client, () => Start(program)));
        tracer.Stop();
        var statistics = tracer.Statistics;
        return (time, string.Create(CultureInfo.InvariantCulture,
            $"{statistics.Records} records, {statistics.Lost} lost, {statistics.Calls} calls; CPU {(double)statistics.CpuNanoseconds / statistics.Records:F0} ns a record"));
    }

    private static Process Start(string program) =>
        Process.Start(new ProcessStartInfo("python3", ["-c", program]) { RedirectStandardOutput = true })!;

    private static double Time(Func<Process> start)
    {
        using var process = start();
        var time = double.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
        process.WaitForExit();
        return time;
    }
}
