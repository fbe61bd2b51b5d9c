using System.CommandLine;
using System.CommandLine.Parsing;
using TcpCapture.Cli.Commands;

namespace TcpCapture.Cli.Arguments;

internal static class AnalyzeArguments
{
    private const int MaxShown = 1_000_000;

    public static readonly Argument<string[]> Files = new("file")
    {
        Description = "pcap or pcapng files, also compressed (gzip, zstd), read as one capture; - is standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static readonly Option<string?> Output = ObservationArguments.Output("analyze-TIME");

    public static readonly Option<bool> Force = ObservationArguments.Force();

    public static readonly Option<int> Top =
        ObservationArguments.Number("--top", "Number of connections in the table; default: 20.", 20, 0, MaxShown);

    public static readonly Option<ConnectionOrder> Sort = SortOf();

    public static readonly Option<ConnectionFilter?> Filter = FilterOf(
        "Show only these connections and write their timeline: 'port 443 and not conn_state = SF', "
            + "'retransmissions > 10' (docs/analyze.md). Reads the files twice.");

    public static readonly Option<ConnectionChoice?> Connections = new("--connection", "-c")
    {
        HelpName = "N[,N…]|all",
        Description = "Write the timeline of these connections (timeline.csv, timeline.pcapng, report.html) and print their "
            + "ladder; may be given several times.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParseConnections,
    };

    public static readonly Option<bool> Checksums = ObservationArguments.Flag(
        "--verify-checksums",
        "Leave out segments with a wrong TCP checksum. A checksum left to the network card does not count as wrong.");

    public static readonly Option<bool> Json = ObservationArguments.Json();

    /// <summary>All options, in the order of the help.</summary>
    public static IEnumerable<Option> Options => [Output, Force, Top, Sort, Filter, Connections, Checksums, Json];

    public static Option<ConnectionOrder> SortOf() => new("--sort")
    {
        HelpName = "COLUMN[:asc|:desc]",
        Description = "Order of the table: a column of connections.csv, or trouble (the default): failed connections first, "
            + "then those with retransmissions.",
        DefaultValueFactory = _ => ConnectionOrder.Trouble,
        CustomParser = ParseOrder,
    };

    public static Option<ConnectionFilter?> FilterOf(string description) => new("--filter")
    {
        HelpName = "EXPR",
        Description = description,
        CustomParser = ParseFilter,
    };

    /// <summary>Refuses a filter on standard input, which cannot be read twice.</summary>
    public static void Check(CommandResult command)
    {
        var isPipe = command.GetResult(Files)?.Tokens.Any(token => token.Value == "-") == true;
        if (isPipe && command.GetResult(Filter) is { Implicit: false }) command.AddError(AnalyzeCommand.ReadOnce);
    }

    private static ConnectionOrder ParseOrder(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (ConnectionOrder.TryParse(text) is { } order) return order;
        var names = string.Join(", ", ConnectionOrder.Names);
        result.AddError($"--sort takes {names}, optionally followed by :asc or :desc, not '{text}'.");
        return ConnectionOrder.Trouble;
    }

    private static ConnectionFilter? ParseFilter(ArgumentResult result)
    {
        try
        {
            return ConnectionFilter.Parse(result.Tokens[0].Value);
        }
        catch (TcpCaptureException error)
        {
            result.AddError($"--filter: {error.Message}");
            return null;
        }
    }

    private static ConnectionChoice? ParseConnections(ArgumentResult result)
    {
        var all = false;
        var numbers = ObservationArguments.ConnectionNumbers(result, word => word == "all" && (all = true));
        return all ? ConnectionChoice.All : ConnectionChoice.Of(numbers);
    }
}
