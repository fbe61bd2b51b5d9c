using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TcpCapture.Cli.Commands;
using TcpCapture.Cli.Terminal;
using TcpCapture.Pipeline;

namespace TcpCapture.Cli.Arguments;

/// <summary>The arguments of <c>tcpcapture analyze</c>.</summary>
internal static class AnalyzeArguments
{
    private const int MostShown = 1_000_000;

    public static readonly Argument<string[]> Files = new("file")
    {
        Description = "pcap or pcapng files, also compressed (gzip, zstd), taken as one capture in the order of time; - for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    public static readonly Option<string?> Output = ObservationArguments.Output("analyze-TIME");

    public static readonly Option<bool> Force = ObservationArguments.Force();

    public static readonly Option<int> Top = ObservationArguments.Number("--top", "Connections in the table, from 0 for none (20).", 20, 0, MostShown);

    public static readonly Option<ConnectionOrder> Sort = new("--sort")
    {
        HelpName = "COLUMN[:asc|:desc]",
        Description = "What stands first in the table: a column of connections.csv, or trouble (the default): reset, then not opened, then with retransmissions.",
        DefaultValueFactory = _ => ConnectionOrder.Trouble,
        CustomParser = ParseOrder,
    };

    public static readonly Option<ConnectionFilter?> Filter = new("--filter")
    {
        HelpName = "EXPR",
        Description = "Connections to show and to write the timeline of, by the columns of connections.csv: 'port 443 and not conn_state = SF', 'retransmissions > 10' (docs/analyze.md). Reads the files twice.",
        CustomParser = ParseFilter,
    };

    public static readonly Option<ConnectionChoice?> Connections = new("--connection", "-c")
    {
        HelpName = "N[,N…]|all",
        Description = "Write the timeline of these connections (timeline.csv, timeline.pcapng, report.html) and print their ladder; may be given several times.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParseConnections,
    };

    public static readonly Option<bool> Checksums = new("--verify-checksums")
    {
        Description = "Leave out segments whose TCP checksum is wrong, as their receivers did; one left to the network card is not wrong.",
    };

    public static readonly Option<bool> Json = JsonOutput.Option();

    /// <summary>All options, in the order of the help.</summary>
    public static IEnumerable<Option> Options => [Output, Force, Top, Sort, Filter, Connections, Checksums, Json];

    /// <summary>What cannot be asked of standard input.</summary>
    public static void Check(CommandResult command)
    {
        if (command.GetResult(Filter) is { Implicit: false } && command.GetResult(Files)?.Tokens.Any(token => token.Value == "-") == true) command.AddError(AnalyzeRun.ReadOnce);
    }

    private static ConnectionOrder ParseOrder(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (ConnectionOrder.TryParse(text) is { } order) return order;
        result.AddError($"--sort takes {string.Join(", ", ConnectionOrder.Names)}, perhaps with :asc or :desc behind it, not '{text}'.");
        return ConnectionOrder.Trouble;
    }

    private static ConnectionFilter? ParseFilter(ArgumentResult result)
    {
        try
        {
            return ConnectionFilter.Parse(result.Tokens[0].Value);
        }
        catch (QueryException error)
        {
            result.AddError($"--filter: {error.Message}");
            return null;
        }
    }

    private static ConnectionChoice? ParseConnections(ArgumentResult result)
    {
        var numbers = new List<int>();
        var all = false;
        foreach (var word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (word == "all") all = true;
            else if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) numbers.Add(number);
            else result.AddError($"--connection takes numbers from 1, separated by commas, or all, not '{word}'.");
        }

        return all ? ConnectionChoice.All : ConnectionChoice.Of(numbers);
    }
}
