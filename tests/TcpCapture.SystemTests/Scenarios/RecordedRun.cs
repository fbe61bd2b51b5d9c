using TcpCapture.Live.Scenarios;
using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Scenarios;

/// <summary>One run of a scenario, with its segments and calls.</summary>
internal sealed record RecordedRun(string Segments, string Calls, IReadOnlyList<string> Notes)
{
    public static RecordedRun Of(
        string scenario, ExchangeOptions options, TimeSpan? silence = null, CancellationToken cancellation = default)
    {
        var calls = new CallRecorder();
        var wire = new WireWatch();
        using var runner = new ExchangeRunner(ScenarioCatalog.Find(scenario)!, options, new CallLog(calls), wire);
        runner.Prepare();
        runner.Preflight();
        using var ear = new LoopbackEar(options.Address.AddressFamily, options.Port, wire, silence ?? TimeSpan.FromMilliseconds(100));
        runner.Run(cancellation);
        var segments = ear.Stop();
        var sequence = calls.Sequence;
        runner.Dispose();
        Assert.Equal(sequence, calls.Sequence); // the clean-up logs nothing
        return new RecordedRun(Write(segments, options.Port), sequence, runner.Notes);
    }

    /// <summary>The segments to the server and back: <c>&gt;S &lt;S. &gt;.</c>; connections after the first have their number in front.</summary>
    private static string Write(List<Segment> segments, int serverPort)
    {
        var clients = new List<Endpoint>();
        return string.Join(' ', segments.Select(segment =>
        {
            var toServer = segment.Destination.Port == serverPort;
            var client = toServer ? segment.Source : segment.Destination;
            if (!clients.Contains(client)) clients.Add(client);
            var number = clients.IndexOf(client) + 1;
            return (number == 1 ? "" : number) + (toServer ? ">" : "<") + segment.Flags.ToTcpdump();
        }));
    }
}
