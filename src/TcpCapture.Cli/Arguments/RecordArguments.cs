using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TcpCapture.Cli.Terminal;
using TcpCapture.Live;

namespace TcpCapture.Cli.Arguments;

/// <summary>The options of <c>tcpcapture record</c>.</summary>
internal static class RecordArguments
{
    /// <summary>Each port costs the kernel a search for what is there already.</summary>
    private const int MostPorts = 64;

    public static readonly Option<ushort[]?> Ports = new("--port")
    {
        HelpName = "N[,N…]",
        Description = "TCP ports, of either end; may be given more than once.",
        CustomParser = ParsePorts,
    };

    public static readonly Option<string?> Filter = new("--filter")
    {
        HelpName = "EXPR",
        Description = "BPF expression, see man pcap-filter; with --port it narrows further.",
        CustomParser = result =>
        {
            if (string.IsNullOrWhiteSpace(result.Tokens[0].Value)) result.AddError("--filter takes an expression such as 'tcp port 80', not an empty one.");
            return result.Tokens[0].Value;
        },
    };
    public static readonly Option<string?> Interface = new("--interface", "-i") { HelpName = "NAME", Description = "Interface to capture on; default: loopback if every socket on the ports is bound to it, else 'any'." };
    public static readonly Option<string?> Output = new("--output", "-o") { HelpName = "DIR", Description = "Folder for the files; default: a new one, record-TIME." };
    public static readonly Option<bool> Force = new("--force") { Description = "Write into an output folder that is not empty, and replace what has the same name." };
    public static readonly Option<string?> States = ObservationArguments.States();
    public static readonly Option<TimeSpan?> SampleInterval = Span("--sample-interval", "Time between two looks at a socket: 1ms, 500us. Default: 1ms.", TimeSpan.Zero);
    public static readonly Option<TimeSpan?> Duration = Span("--duration", "End the recording after this long: 5s, 2m, 1h. Default: at Ctrl-C.", TimeSpan.Zero);
    public static readonly Option<bool> Follow = new("--follow") { Description = "At its end stay until TIME_WAIT and FIN_WAIT_2 have ended." };
    public static readonly Option<TimeSpan?> RotateTime = Span("--rotate-time", "Begin another part after this long: 10m; at least 1s.", RotationOptions.LeastTime);
    public static readonly Option<long?> RotateSize = Size("--rotate-size", "Begin another part when one has this size: 100MB, 2GB; at least 100kB.");
    public static readonly Option<int?> RotateKeep = Keep("--rotate-keep", "Keep the latest N parts beside the one that is recorded, delete older ones.");
    public static readonly Option<bool> Json = JsonOutput.Option();

    public static readonly Option[] All =
        [Ports, Filter, Interface, Output, Force, States, SampleInterval, Duration, Follow, RotateSize, RotateTime, RotateKeep, Json];

    /// <summary>What no option can know by itself. Whether each is right is not known yet: only which there are is asked.</summary>
    public static void Check(CommandResult command)
    {
        if (!IsGiven(command, Ports) && !IsGiven(command, Filter)) command.AddError("Name what to record: --port N or --filter EXPR.");
        if (IsGiven(command, RotateKeep) && !IsGiven(command, RotateSize) && !IsGiven(command, RotateTime))
            command.AddError("--rotate-keep needs --rotate-size or --rotate-time: without them there are no parts.");
        if ((IsGiven(command, RotateSize) || IsGiven(command, RotateTime)) && command.Children.OfType<OptionResult>().Any(option => ExpectOptions.NameRules(option.Option)))
            command.AddError("Rules are held against one recording, not against parts: give them to 'tcpcapture show' for each part.");
    }

    public static RotationOptions? Rotation(ParseResult parsed)
    {
        var (size, time) = (parsed.GetValue(RotateSize), parsed.GetValue(RotateTime));
        return size is null && time is null ? null : new RotationOptions { Bytes = size, Time = time, Keep = parsed.GetValue(RotateKeep) };
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

            result.AddError($"--port takes numbers from 1 to 65535, with commas between, not '{text}'.");
            return null;
        }

        if (ports.Count > MostPorts)
            result.AddError($"--port takes {MostPorts} ports at most: name them with --filter, 'tcp portrange 8000-8999' say.");
        return [.. ports];
    }

    private static Option<TimeSpan?> Span(string name, string description, TimeSpan least) => new(name)
    {
        HelpName = "TIME",
        Description = description,
        CustomParser = result =>
        {
            if (TimeText.TryParse(result.Tokens[0].Value, out var span) && span >= least) return span;
            result.AddError($"{name} takes a length of time such as 500us, 1ms, 5s or 2m{(least > TimeSpan.Zero ? ", 1s at least" : "")}, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static Option<long?> Size(string name, string description) => new(name)
    {
        HelpName = "SIZE",
        Description = description,
        CustomParser = result =>
        {
            if (SizeText.TryParse(result.Tokens[0].Value, out var bytes) && bytes >= RotationOptions.LeastBytes) return bytes;
            result.AddError($"{name} takes a size such as 500kB, 100MB or 2GB, 100kB at least, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static Option<int?> Keep(string name, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) return number;
            result.AddError($"{name} takes a number from 1 on, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };
}
