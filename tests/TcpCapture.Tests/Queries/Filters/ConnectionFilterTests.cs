using TcpCapture.Model;
using TcpCapture.Queries;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Queries.Filters;

/// <summary>Filters by the columns of connections.csv, and their errors with the place of the mistake.</summary>
public sealed class ConnectionFilterTests
{
    [Theory]
    [InlineData("reset_by = server", "2 3")]
    [InlineData("reset_by = SERVER and retransmissions > 10", "3")]
    [InlineData("reset_by = ''", "1 4 5")]
    [InlineData("cause != unread-data", "1 3 4 5")]
    [InlineData("port 443 and not conn_state = SF", "2")]
    [InlineData("port 40004", "4")]
    [InlineData("host 10.0.0.9", "3")]
    [InlineData("host 2001:db8::1 or host 10.0.0.9", "3 5")]
    [InlineData("net 10.0.0.8/30", "3")]
    [InlineData("net 2001:db8::/32", "5")]
    [InlineData("net 0.0.0.0/0", "1 2 3 4")]
    [InlineData("client = 10.0.0.1:40004", "4")]
    [InlineData("client = :40004", "4")]
    [InlineData("server = [2001:db8::2]:443", "5")]
    [InlineData("client != 10.0.0.0/8", "5")]
    [InlineData("client ~ :4000[45]$", "4")]
    [InlineData("duration > 5s and duration <= 2m", "3")]
    [InlineData("duration = 0.5", "4")]
    [InlineData("duration < 1", "4")]
    [InlineData("handshake_ms >= 2000us", "5")]
    [InlineData("handshake_ms < 1h", "1 2 5")]
    [InlineData("handshake_ms != 1.5", "3 4 5")]
    [InlineData("server_bytes >= 1.5MB", "5")]
    [InlineData("client_bytes = 1000", "2")]
    [InlineData("client_bytes=1kB", "2")]
    [InlineData("history ~ ^ShAD && history !~ f", "2")]
    [InlineData("history = shadadff", "")]
    [InlineData("history ~ '^(S|D)$'", "4")]
    [InlineData("connection < 3 or connection = 5", "1 2 5")]
    [InlineData("connection<3||connection>=5", "1 2 5")]
    [InlineData("connection = 1 or connection = 2 and connection = 3", "1")]
    [InlineData("(connection = 1 or connection = 2) and connection = 2", "2")]
    [InlineData("not (connection = 1 or not connection < 3)", "2")]
    [InlineData("!connection == 1 and !(connection > 2)", "2")]
    [InlineData("NOT Connection = 1 AND connection < 3", "2")]
    [InlineData("start > 2026-11-23T06:01:02.0035Z", "4 5")]
    [InlineData("start < 2026-11-23T06:01Z", "")]
    [InlineData("syn_retransmits >= 3", "4")]
    [InlineData("closed_by = nobody and conn_state = \"S0\"", "4")]
    public void FiltersMatch(string filter, string expected)
    {
        var parsed = ConnectionFilter.Parse(filter);
        var chosen = All.Where(parsed.Matches).Select(connection => connection.Number);
        Assert.Equal(expected, string.Join(' ', chosen));
        Assert.Equal(filter, parsed.ToString());
    }

    [Theory]
    [InlineData("", 1, "at character 1: expected a column of connections.csv, host, net, port, not or '(', but the filter ends.")]
    [InlineData("reset_bi = server", 1, "Did you mean 'reset_by'?")]
    [InlineData("reset_by", 9, "expected one of = != ~ !~ (for reset_by), but the filter ends.")]
    [InlineData("reset_by > server", 10, "at character 10: expected one of = != ~ !~")]
    [InlineData("reset_by = servr", 12, "expected one of client, server or '', but found 'servr'. Did you mean 'server'?")]
    [InlineData("conn_state = SX", 14, "one of SF, S0, REJ")]
    [InlineData("retransmissions ~ 5", 17, "one of = != < <= > >=")]
    [InlineData("retransmissions > many", 19, "expected a number, but found")]
    [InlineData("retransmissions > 1kB", 19, "expected a number, but found")]
    [InlineData("duration > 5 s", 14, "'and', 'or' or the end of the filter, but found")]
    [InlineData("duration > 5 parsecs", 14, "'and', 'or' or the end of the filter, but found")]
    [InlineData("duration > 5parsecs", 12, "a duration such as 0.5 (seconds), 500ms or 2m")]
    [InlineData("client_bytes > 0.5", 16, "a number of bytes")]
    [InlineData("client_bytes > 99999999999999999999TB", 16, "a number of bytes")]
    [InlineData("host 10.0.0", 6, "an address such as")]
    [InlineData("host example.org", 6, "an address such as")]
    [InlineData("net 10.0.0.0/33", 5, "a network such as")]
    [InlineData("net 10.0.0.0", 5, "a network such as")]
    [InlineData("port 0", 6, "a port from 1 to 65535")]
    [InlineData("port 65536", 6, "a port from 1 to 65535")]
    [InlineData("(port 80", 9, "'and', 'or' or ')', but the filter ends.")]
    [InlineData("port 80)", 8, "'and', 'or' or the end")]
    [InlineData("port 80 port 81", 9, "'and', 'or' or the end")]
    [InlineData("port 80 nd port 81", 9, "Did you mean 'and'?")]
    [InlineData("note ~ '(a'", 8, "a regular expression")]
    [InlineData("note ~ '(?=a)'", 8, "a regular expression")]
    [InlineData("note = 'a", 8, "at character 8: the quote is not closed.")]
    [InlineData("start > yesterday", 9, "a time such as")]
    [InlineData("start > 2026-11-23T06:01:02", 9, "a time such as")]
    [InlineData("a\nb = 1", 1, "In the filter 'a\uFFFDb = 1' at character 1: expected")]
    public void AMistakeIsReportedAtItsPlace(string filter, int column, string message)
    {
        var error = Assert.Throws<QueryException>(() => ConnectionFilter.Parse(filter));
        Assert.Equal(column, error.Column);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void ManyBracketsAreRefusedWithoutAStackOverflow()
    {
        Assert.Contains("100 brackets", Assert.Throws<QueryException>(() => ConnectionFilter.Parse(new string('(', 1999))).Message);
        Assert.Contains("100 brackets", Assert.Throws<QueryException>(() => ConnectionFilter.Parse(string.Concat(Enumerable.Repeat("not ", 400)))).Message);
        Assert.Contains("2000 characters", Assert.Throws<QueryException>(() => ConnectionFilter.Parse(new string(' ', 2001))).Message);
    }

    [Fact]
    public void AHostileTextDoesNotSlowARegularExpression()
    {
        var filter = ConnectionFilter.Parse("history ~ '^(D+)+$'");
        Assert.False(filter.Matches(Connections.Of(1, history: new string('D', 100_000) + "x"))); // backtracking would take longer than the sun lasts
    }

    [Fact]
    public void EveryColumnThatACaptureFillsCanBeFiltered()
    {
        var file = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", "both-close", "connections.csv");
        var columns = File.ReadLines(file).First().Split(',').Except(["process_client", "process_server"]);
        Assert.Equal(columns, ConnectionColumn.All.Select(column => column.Name));
    }

    /// <summary>The table in the docs has the words of the declaration.</summary>
    [Fact]
    public void TheDocumentsTableHasTheDeclaredColumns()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "analyze.md"))
            .SkipWhile(line => line != "## The columns of connections.csv").SkipWhile(line => line != "|---|---|---|").Skip(1);
        var declared = ConnectionColumn.OfFile.Select(column => $"| `{column.Name}` | {KindOf(column)} | {column.Meaning} |");
        Assert.Equal(declared, lines.TakeWhile(line => line.StartsWith('|')));
        var kinds = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "analyze.md"))
            .SkipWhile(line => line != "| kind of column | compared with |").Skip(2).TakeWhile(line => line.StartsWith('|'))
            .SelectMany(line => line.Split('|')[1].Split(',', StringSplitOptions.TrimEntries));
        Assert.Equal(ConnectionColumn.OfFile.Select(KindOf).Distinct().Order(), kinds.Order());

        static string KindOf(ConnectionColumn column) => $"{column.Kind}".ToLowerInvariant();
    }

    [Theory]
    [InlineData("note ~ 'before the capture'", "6")]
    [InlineData("note ~ 'accept queue'", "")]
    public void ANoteIsMatchedAsInTheFile(string filter, string expected)
    {
        var early = Connections.Of(6);
        early.BeganEarlier = true;
        var parsed = ConnectionFilter.Parse(filter);
        Assert.Equal(expected, string.Join(' ', All.Append(early).Where(parsed.Matches).Select(connection => connection.Number)));
    }

    [Fact]
    public void TheDocumentsExamplesAreFilters()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "analyze.md")).SkipWhile(line => line != "## Choosing by `--filter`").SkipWhile(line => line != "```").Skip(1);
        var examples = lines.TakeWhile(line => line != "```").ToArray();
        Assert.NotEmpty(examples);
        foreach (var example in examples) ConnectionFilter.Parse(example);
    }

    private static IReadOnlyList<Connection> All { get; } =
    [
        Connections.Of(1),
        Connections.Of(2, ConnState.RSTR, clientBytes: 1000, history: "ShADadr", closedBy: ClosedBy.Nobody, reset: (Side.Server, Cause.UnreadData)),
        Connections.Of(3, ConnState.REJ, "10.0.0.9:5", "10.0.0.2:80", retransmissions: 11, seconds: 6, handshakeMilliseconds: null, reset: (Side.Server, Cause.NoListener)),
        Connections.Of(4, ConnState.S0, "10.0.0.1:40004", "10.0.0.3:22", retransmissions: 3, seconds: 0.5, handshakeMilliseconds: null, history: "S", closedBy: ClosedBy.Nobody, syns: 4),
        Connections.Of(5, ConnState.SF, "[2001:db8::1]:5", "[2001:db8::2]:443", serverBytes: 1_500_000, seconds: 3600, handshakeMilliseconds: 2),
    ];
}
