using System.Runtime.Versioning;
using TcpCapture.Live.States;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Model;

namespace TcpCapture.Benchmarks;

/// <summary>One query to the kernel about one socket.</summary>
internal sealed class LookUpBenchmark : IBenchmark
{
    private const int Looks = 100;

    public string Name => "look-up";
    public string? Obstacle => OperatingSystem.IsLinux() ? null : "exact socket queries need Linux";

    public IEnumerable<Row> Run() => OperatingSystem.IsLinux() ? RunOnLinux() : [];

    [SupportedOSPlatform("linux")]
    private static IEnumerable<Row> RunOnLinux()
    {
        using var connection = new LoopbackConnection();
        var listener = WatchedSocket.ForListener(connection.Server);
        var absent = new FourTuple(connection.Server.WithPort(1), connection.Server.WithPort(2));
        yield return Look("established connection", connection.ClientEnd, TcpState.Established);
        yield return Look("listener", listener, TcpState.Listen);
        yield return Look("no such socket", absent, TcpState.Closed);
    }

    [SupportedOSPlatform("linux")]
    private static Row Look(string what, FourTuple end, TcpState expected)
    {
        using var lookup = new SockDiagLookup();
        var (time, bytes) = Stopper.Measure(Looks, () =>
        {
            for (var i = 0; i < Looks; i++)
            {
                if (!lookup.TrySample(end, out var reading) || reading.Snapshot.State != expected)
                    throw new InvalidOperationException($"{what}: the kernel shows {reading.Snapshot.State}.");
            }
        });
        return new Row(what, "look", time, bytes);
    }
}
