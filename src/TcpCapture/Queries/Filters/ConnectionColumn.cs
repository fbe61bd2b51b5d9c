using TcpCapture.Correlation;
using TcpCapture.Correlation.Connections;
using TcpCapture.Diagnosis;
using TcpCapture.Findings;
using TcpCapture.Model;
using TcpCapture.Queries.Expectations;

namespace TcpCapture.Queries.Filters;

/// <summary>A column of connections.csv, to filter and to sort by.</summary>
public sealed class ConnectionColumn
{
    /// <summary>What stands for a number that is not known.</summary>
    internal const long Unknown = long.MinValue;

    private static readonly string[] Ends = ["client", "server"];
    private static readonly string[] Closers = ["client", "server", "both", "nobody"];
    private static readonly string[] Causes = [.. Enum.GetValues<ResetCause>().Select(cause => cause.ToText())];
    private static readonly string[] States = [.. Enum.GetValues<TcpState>().Select(state => state.ToRfcName())];

    private readonly Func<ConnectionReport, long>? _number;
    private readonly Func<ConnectionReport, string>? _text;
    private readonly Func<ConnectionReport, ConnectionEnd>? _end;

    private ConnectionColumn(string name, ColumnKind kind, Func<ConnectionReport, long> number) => (Name, Kind, _number) = (name, kind, number);

    private ConnectionColumn(string name, ColumnKind kind, Func<ConnectionReport, string> text, IReadOnlyList<string>? words = null) =>
        (Name, Kind, _text, Words) = (name, kind, text, words ?? []);

    private ConnectionColumn(string name, Func<ConnectionReport, ConnectionEnd> end) => (Name, Kind, _end) = (name, ColumnKind.Address, end);

    /// <summary>The columns, in the order of the file. The names of processes are not among them: a capture does not tell them.</summary>
    public static IReadOnlyList<ConnectionColumn> All { get; } =
    [
        new("connection", ColumnKind.Count, r => r.Connection.Number),
        new("client", r => r.Connection.Client),
        new("server", r => r.Connection.Server),
        new("start", ColumnKind.Time, r => r.Connection.Start.Nanoseconds),
        new("duration", ColumnKind.Seconds, r => r.Connection.End - r.Connection.Start),
        new("conn_state", ColumnKind.Word, r => r.ConnState, ConnStates.Known),
        new("history", ColumnKind.Letters, r => r.History),
        new("completeness", ColumnKind.Count, r => r.Completeness),
        new("handshake_ms", ColumnKind.Milliseconds, r => r.Connection.Established - r.Connection.FirstSyn ?? Unknown),
        new("syn_retransmits", ColumnKind.Count, r => r.Connection.Client.SynRetransmissions),
        new("client_segments", ColumnKind.Count, r => r.Connection.Client.Segments),
        new("server_segments", ColumnKind.Count, r => r.Connection.Server.Segments),
        new("client_bytes", ColumnKind.Bytes, r => r.Connection.Client.Bytes),
        new("server_bytes", ColumnKind.Bytes, r => r.Connection.Server.Bytes),
        new("retransmissions", ColumnKind.Count, r => r.Connection.Client.Retransmissions + r.Connection.Server.Retransmissions),
        new("closed_by", ColumnKind.Word, r => r.ClosedBy, Closers),
        new("client_final_state", ColumnKind.Word, r => r.Connection.Client.FinalState?.ToRfcName() ?? "", States),
        new("server_final_state", ColumnKind.Word, r => r.Connection.Server.FinalState?.ToRfcName() ?? "", States),
        new("reset_by", ColumnKind.Word, r => r.Connection.Reset?.By.ToText() ?? "", Ends),
        new("reset_cause", ColumnKind.Word, r => r.Connection.Reset?.Cause.ToText() ?? "", Causes),
        new("reset_reason", ColumnKind.Text, r => r.Connection.Reset?.Reason ?? ""),
        new("note", ColumnKind.Text, r => r.Connection.Reset?.Because ?? ""),
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
    internal long NumberOf(ConnectionReport report) => _number!(report);

    /// <summary>A connection's text here.</summary>
    internal string TextOf(ConnectionReport report) => _end is not null ? _end(report).Address.ToString() : _text!(report);

    /// <summary>A connection's address here.</summary>
    internal Endpoint AddressOf(ConnectionReport report) => _end!(report).Address;

    /// <summary>The order of two connections by this column, ascending; what is unknown comes first.</summary>
    internal int Compare(ConnectionReport a, ConnectionReport b)
    {
        if (_number is not null) return _number(a).CompareTo(_number(b));
        return _end is not null ? _end(a).Address.CompareTo(_end(b).Address) : string.CompareOrdinal(_text!(a), _text(b));
    }
}
