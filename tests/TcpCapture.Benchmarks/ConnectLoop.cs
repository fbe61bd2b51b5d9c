using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TcpCapture.Benchmarks;

/// <summary>The load that measures the cost of observing: connect, accept and close at full speed, in its own process.</summary>
/// <remarks>
/// The client closes first and so leaves a TIME_WAIT behind. Each thread goes round the addresses of 127.0.0.0/8, so that no
/// client port is ever waited for.
/// </remarks>
internal static class ConnectLoop
{
    public const string Argument = "--connect-loop";
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(700);

    /// <summary>Runs the loop in its own process; returns time and CPU time (with the kernel's) per connection in ns, and their number.</summary>
    public static (double Nanoseconds, double Cpu, long Connections) Run(ushort port, int threads, TimeSpan length)
    {
        string[] arguments = [Argument, Text(port), Text(threads), Text((long)length.TotalMilliseconds)];
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd().Split();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("The connect loop failed.");
        var measured = long.Parse(said[0], CultureInfo.InvariantCulture);
        return (
            double.Parse(said[1], CultureInfo.InvariantCulture) / measured,
            double.Parse(said[2], CultureInfo.InvariantCulture) / measured,
            long.Parse(said[3], CultureInfo.InvariantCulture));
    }

    /// <summary>The process itself: prints measured connections, ns, ns of CPU time, and connections with the warm-up's.</summary>
    public static int Serve(ReadOnlySpan<string> arguments)
    {
        var numbers = new int[3];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = int.Parse(arguments[i], CultureInfo.InvariantCulture);
        var (port, threads, length) = (numbers[0], numbers[1], TimeSpan.FromMilliseconds(numbers[2]));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(512);
        var warm = Loop(listener, port, threads, WarmUp);
        var cpu = Environment.CpuUsage.TotalTime;
        var begin = Stopwatch.GetTimestamp();
        var measured = Loop(listener, port, threads, length);
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalNanoseconds;
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{measured} {elapsed:F0} {used:F0} {warm + measured}"));
        return 0;
    }

    private static long Loop(Socket listener, int port, int threads, TimeSpan length)
    {
        long connections = 0;
        var begin = Stopwatch.GetTimestamp();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            var servers = Enumerable.Range(1, 250).Select(n => new IPEndPoint(new IPAddress([127, 1, (byte)thread, (byte)n]), port)).ToArray();
            long done = 0;
            while (Stopwatch.GetElapsedTime(begin) < length)
            {
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                client.Connect(servers[done++ % servers.Length]);
                using var server = listener.Accept();
                client.Close();
            }

            Interlocked.Add(ref connections, done);
        });
        return connections;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
