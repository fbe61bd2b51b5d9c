using TcpCapture.Model;
using TcpCapture.Queries.Expectations;

namespace TcpCapture.Queries.Filters;

/// <summary>A column of connections.csv, to filter and to sort by.</summary>
public sealed class ConnectionColumn
{
    /// <summary>What stands for a number that is not known.</summary>
    internal const long Unknown = long.MinValue;

    private static readonly string[] Ends = ["client", "server"];
    private static readonly string[] Causes = [.. Enum.GetValues<ResetCause>().Select(cause => cause.ToText())];
    private static readonly string[] States = [.. Enum.GetValues<TcpState>().Select(state => state.ToRfcName())];

    private readonly Func<Connection, long>? _number;
    private readonly Func<Connection, string>? _text;
    private readonly Func<Connection, ConnectionEnd>? _end;

    private ConnectionColumn(string name, ColumnKind kind, Func<Connection, long> number) => (Name, Kind, _number) = (name, kind, number);

    private ConnectionColumn(string name, ColumnKind kind, Func<Connection, string> text, IReadOnlyList<string>? words = null) =>
        (Name, Kind, _text, Words) = (name, kind, text, words ?? []);

    private ConnectionColumn(string name, Func<Connection, ConnectionEnd> end) => (Name, Kind, _end) = (name, ColumnKind.Address, end);

    /// <summary>The columns, in the order of the file. The names of processes are not among them: a capture does not tell them.</summary>
    public static IReadOnlyList<ConnectionColumn> All { get; } =
    [
        new("connection", ColumnKind.Count, c => c.Number),
        new("client", c => c.Client),
        new("server", c => c.Server),
        new("start", ColumnKind.Time, c => c.Start.Nanoseconds),
        new("duration", ColumnKind.Seconds, c => c.End - c.Start),
        new("conn_state", ColumnKind.Word, c => c.ConnState.ToText(), ConnStateText.Words),
        new("history", ColumnKind.Letters, c => c.History),
        new("completeness", ColumnKind.Count, c => c.Completeness),
        new("handshake_ms", ColumnKind.Milliseconds, c => c.Established - c.FirstSyn ?? Unknown),
        new("syn_retransmits", ColumnKind.Count, c => c.Client.SynRetransmissions),
        new("client_segments", ColumnKind.Count, c => c.Client.Segments),
        new("server_segments", ColumnKind.Count, c => c.Server.Segments),
        new("client_bytes", ColumnKind.Bytes, c => c.Client.Bytes),
        new("server_bytes", ColumnKind.Bytes, c => c.Server.Bytes),
        new("retransmissions", ColumnKind.Count, c => c.Client.Retransmissions + c.Server.Retransmissions),
        new("closed_by", ColumnKind.Word, c => c.ClosedBy.ToText(), ClosedByText.Words),
        new("client_final_state", ColumnKind.Word, c => c.Client.FinalState?.ToRfcName() ?? "", States),
        new("server_final_state", ColumnKind.Word, c => c.Server.FinalState?.ToRfcName() ?? "", States),
        new("reset_by", ColumnKind.Word, c => c.Reset?.By.ToText() ?? "", Ends),
        new("reset_cause", ColumnKind.Word, c => c.Reset?.Cause.ToText() ?? "", Causes),
        new("reset_reason", ColumnKind.Text, c => c.Reset?.Reason ?? ""),
        new("note", ColumnKind.Text, c => c.Reset?.Because ?? ""),
    ];

    /// <summary>Its name, as the file's first line has it.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    internal ColumnKind Kind { get; }

    /// <summary>The words it may hold; empty for any.</summary>
    internal IReadOnlyList<string> Words { get; } = [];

    /// <summary>True if it is compared as a number.</summary>
    internal bool IsNumber => _number is not null;

    /// <summary>The column of that name, in any case; null if there is none.</summary>
    public static ConnectionColumn? Find(string name) => All.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A connection's number here, lengths of time and moments in nanoseconds; <see cref="Unknown"/> if it has none.</summary>
    internal long NumberOf(Connection connection) => _number!(connection);

    /// <summary>A connection's text here.</summary>
    internal string TextOf(Connection connection) => _end is not null ? _end(connection).Address.ToString() : _text!(connection);

    /// <summary>A connection's address here.</summary>
    internal Endpoint AddressOf(Connection connection) => _end!(connection).Address;

    /// <summary>The order of two connections by this column, ascending; what is unknown comes first.</summary>
    internal int Compare(Connection a, Connection b)
    {
        if (_number is not null) return _number(a).CompareTo(_number(b));
        return _end is not null ? _end(a).Address.CompareTo(_end(b).Address) : string.CompareOrdinal(_text!(a), _text(b));
    }
}
