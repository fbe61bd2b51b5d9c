using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TcpCapture.Live;

namespace TcpCapture.Cli.Arguments;

internal static class RecordArguments
{
    private const int MaxPorts = 64; // for each port the kernel searches its existing sockets

    public static readonly Option<ushort[]?> Ports = new("--port")
    {
        HelpName = "N[,N…]",
        Description = "TCP ports, of either end; may be given several times.",
        CustomParser = ParsePorts,
    };

    public static readonly Option<string?> Filter = new("--filter")
    {
        HelpName = "EXPR",
        Description = "BPF expression (man pcap-filter); with --port it narrows the capture further.",
        CustomParser = result =>
        {
            if (string.IsNullOrWhiteSpace(result.Tokens[0].Value))
                result.AddError("--filter takes an expression such as 'tcp port 80', not an empty one.");
            return result.Tokens[0].Value;
        },
    };

    public static readonly Option<string?> Interface =
        ObservationArguments.Interface("loopback if every socket on the ports is bound to it, else any");
    public static readonly Option<string?> Output = ObservationArguments.Output("record-TIME");
    public static readonly Option<bool> Force = ObservationArguments.Force();
    public static readonly Option<string?> States = ObservationArguments.States();
    public static readonly Option<TimeSpan?> SampleInterval = ObservationArguments.SampleInterval();
    public static readonly Option<TimeSpan?> Duration =
        ObservationArguments.Span("--duration", "End the recording after this time: 5s, 2m, 1h. Default: at Ctrl-C.");
    public static readonly Option<bool> Follow = ObservationArguments.Follow();

    public static readonly Option<TimeSpan?> RotateTime =
        ObservationArguments.Span("--rotate-time", "Begin a new part after this time: 10m. Minimum: 1s.", Recorder.MinPartTime);

    public static readonly Option<long?> RotateSize = ObservationArguments.Value(
        "--rotate-size", "SIZE", "Begin a new part at this size: 100MB, 2GB. Minimum: 100kB.",
        "a size of at least 100kB such as 500kB, 100MB or 2GB",
        text => UnitText.ReadSize(text) is >= Recorder.MinPartBytes and var bytes ? bytes : (long?)null);

    public static readonly Option<int?> RotateKeep = ObservationArguments.Value(
        "--rotate-keep", "N", "Keep the latest N complete parts and delete older ones.", "a number from 1",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : (int?)null);
    public static readonly Option<bool> Json = ObservationArguments.Json();

    public static readonly Option[] All =
        [Ports, Filter, Interface, Output, Force, States, SampleInterval, Duration, Follow, RotateSize, RotateTime, RotateKeep, Json];

    /// <summary>Checks which options are given together; their values are not parsed yet.</summary>
    public static void Check(CommandResult command)
    {
        if (!IsGiven(command, Ports) && !IsGiven(command, Filter)) command.AddError("Name what to record: --port N or --filter EXPR.");
        if (IsGiven(command, RotateKeep) && !IsGiven(command, RotateSize) && !IsGiven(command, RotateTime))
            command.AddError("--rotate-keep needs --rotate-size or --rotate-time: without them there are no parts.");
        if ((IsGiven(command, RotateSize) || IsGiven(command, RotateTime))
            && command.Children.OfType<OptionResult>().Any(option => ExpectOptions.NameRules(option.Option)))
            command.AddError("Rules apply to one recording, not to parts: check each part with 'tcpcapture show PART --expect RULE'.");
    }

    private static bool IsGiven(CommandResult command, Option option) => command.GetResult(option) is { Implicit: false };

    private static ushort[]? ParsePorts(ArgumentResult result)
    {
        var ports = new SortedSet<ushort>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (ushort.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
            {
                ports.Add(port);
                continue;
            }

            result.AddError($"--port takes numbers from 1 to 65535, separated by commas, not '{text}'.");
            return null;
        }

        if (ports.Count > MaxPorts)
            result.AddError($"--port takes at most {MaxPorts} ports: use --filter instead, such as 'tcp portrange 8000-8999'.");
        return [.. ports];
    }
}
