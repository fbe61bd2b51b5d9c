using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries;

/// <summary>A column of connections.csv. The file, JSON, filters, sorting and the table in docs/analyze.md follow from it.</summary>
internal sealed class ConnectionColumn
{
    internal const long Unknown = long.MinValue; // the value of an unknown number
    private const string Continues = "continues in the next part";
    private const string Abandoned = "given up: too many connections were open";

    private static readonly string[] Ends = ["client", "server"];
    private static readonly string[] States = [.. Enum.GetValues<TcpState>().Select(state => state.ToRfcName())];

    private readonly Func<Connection, long>? _number;
    private readonly Func<Connection, string, string>? _text;
    private readonly Func<Connection, ConnectionEnd>? _end;

    private ConnectionColumn(string name, ColumnKind kind, string meaning, Func<Connection, long> number) =>
        (Name, Kind, Meaning, _number) = (name, kind, meaning, number);

    private ConnectionColumn(string name, string meaning, Func<Connection, ConnectionEnd> end) =>
        (Name, Kind, Meaning, _end) = (name, ColumnKind.Address, meaning, end);

    private ConnectionColumn(
        string name, ColumnKind kind, string meaning, Func<Connection, string, string> text, params IReadOnlyList<string> words) =>
        (Name, Kind, Meaning, _text, Words) = (name, kind, meaning, text, words);

    /// <summary>The columns, in the order of the file.</summary>
    internal static IReadOnlyList<ConnectionColumn> OfFile { get; } =
    [
        new("connection", ColumnKind.Count, "number of the connection, in the order of their starts", c => c.Number),
        new("client", "the end that sent the SYN", c => c.Client),
        new("server", "the other end", c => c.Server),
        new("start", ColumnKind.Time, "time of its first event", c => c.HasTimes ? c.Start.Nanoseconds : Unknown),
        new("duration", ColumnKind.Seconds, "from its first event to its last", c => c.DurationNanoseconds ?? Unknown),
        new("conn_state", ColumnKind.Word, "Zeek's `conn_state`", (c, _) => c.ConnState.ToText(), ConnStateText.Words),
        new("history", ColumnKind.Letters, "Zeek's `history`; upper case is the client", (c, _) => c.History),
        new("completeness", ColumnKind.Count, "Wireshark's `tcp.completeness`: SYN 1, SYN-ACK 2, ACK 4, data 8, FIN 16, RST 32",
            c => c.Completeness),
        new("handshake_ms", ColumnKind.Milliseconds, "from the first SYN to the handshake's last ACK",
            c => c.HandshakeNanoseconds ?? Unknown),
        new("syn_retransmits", ColumnKind.Count, "retransmissions of the client's SYN", c => c.Client.SynRetransmissions),
        new("client_segments", ColumnKind.Count, "segments from the client", c => c.Client.Segments),
        new("server_segments", ColumnKind.Count, "segments from the server", c => c.Server.Segments),
        new("client_bytes", ColumnKind.Bytes, "payload from the client, retransmissions not counted", c => c.Client.Bytes),
        new("server_bytes", ColumnKind.Bytes, "payload from the server, retransmissions not counted", c => c.Server.Bytes),
        new("retransmissions", ColumnKind.Count, "retransmitted segments of both ends",
            c => c.Client.Retransmissions + c.Server.Retransmissions),
        new("closed_by", ColumnKind.Word, "the end whose FIN came first; `both` if they crossed",
            (c, _) => c.ClosedBy.ToText(), ClosedByText.Words),
        new("client_final_state", ColumnKind.Word, "the client's last state", (c, _) => c.Client.FinalState?.ToRfcName() ?? "", States),
        new("server_final_state", ColumnKind.Word, "the server's last state", (c, _) => c.Server.FinalState?.ToRfcName() ?? "", States),
        new("outcome", ColumnKind.Word, "how it ended", (c, _) => c.Diagnosis.Outcome.ToText(), DiagnosisWords.Outcomes),
        new("cause", ColumnKind.Word, "why it failed; `none` if nothing went wrong (docs/diagnosis.md)",
            (c, _) => c.Diagnosis.Cause.ToText(), DiagnosisWords.Causes),
        new("confidence", ColumnKind.Word, "how reliable the cause is",
            (c, _) => c.Diagnosis.Cause == Cause.None ? "" : c.Diagnosis.Confidence.ToText(), DiagnosisWords.Confidences),
        new("also_possible", ColumnKind.Text, "causes that the evidence does not exclude, most likely first, separated by vertical bars",
            (c, _) => Alternatives(c.Diagnosis)),
        new("evidence", ColumnKind.Text, "the frames on which the cause rests", (c, _) => Evidence(c.Diagnosis)),
        new("reset_by", ColumnKind.Word, "the end whose RST ended it", (c, _) => c.Diagnosis.ResetBy?.ToText() ?? "", Ends),
        new("reset_reason", ColumnKind.Text, "the kernel's reason for that RST; empty unless states are traced",
            (c, _) => c.Diagnosis.KernelReason ?? ""),
        new("process_client", ColumnKind.Text, "the client's process and its id; empty for capture files",
            (c, _) => Process(c.Client.Owner)) { IsOfRecordings = true },
        new("process_server", ColumnKind.Text, "the server's process and its id; empty for capture files",
            (c, _) => Process(c.Server.Owner)) { IsOfRecordings = true },
        new("note", ColumnKind.Text, "the diagnosis in words, and other facts", (c, whole) => Note(c, whole)),
    ];

    /// <summary>The columns to filter and sort by: all but the processes, which a capture file does not name.</summary>
    public static IReadOnlyList<ConnectionColumn> All { get; } = [.. OfFile.Where(column => !column.IsOfRecordings)];
    public string Name { get; } // its name in the file's first line
    internal ColumnKind Kind { get; }
    internal string Meaning { get; } // its meaning in the table of docs/analyze.md
    internal IReadOnlyList<string> Words { get; } = []; // the valid words; empty for any text
    internal bool IsOfRecordings { get; private init; } // true if only recordings fill it

    /// <summary>True if it is compared as a number.</summary>
    internal bool IsNumber => _number is not null;

    /// <summary>The column of that name, in any case; null if there is none.</summary>
    public static ConnectionColumn? Find(string name) =>
        All.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A connection's number (durations and times in nanoseconds), or <see cref="Unknown"/>.</summary>
    internal long NumberOf(Connection connection) => _number!(connection);

    /// <summary>A connection's text; notes name the source: <c>recording</c> or <c>capture</c>.</summary>
    internal string TextOf(Connection connection, string whole = "capture") =>
        _end is not null ? _end(connection).Address.ToString() : _text!(connection, whole);

    internal Endpoint AddressOf(Connection connection) => _end!(connection).Address;

    /// <summary>Compares two connections by this column, ascending; unknown values come first.</summary>
    internal int Compare(Connection a, Connection b)
    {
        if (_number is not null) return _number(a).CompareTo(_number(b));
        return _end is not null ? AddressOf(a).CompareTo(AddressOf(b)) : string.CompareOrdinal(TextOf(a), TextOf(b));
    }

    internal static string Note(Connection connection, string whole)
    {
        var own = connection switch
        {
            { Diagnosis.What.Length: > 0 } => connection.Diagnosis.ToString(),
            { Diagnosis.Remarks.Count: > 0 } => string.Join(' ', connection.Diagnosis.Remarks),
            { BeganEarlier: true } => $"began before the {whole}",
            { FirstSyn: null } => "no segment was seen",
            _ => "",
        };
        if (connection.WasGivenUp) own = own.Length == 0 ? Abandoned : $"{own}; {Abandoned}";
        if (!connection.GoesOn) return own;
        return own.Length == 0 ? Continues : $"{own}; {Continues}";
    }

    /// <summary><c>half-open|abort</c>.</summary>
    internal static string Alternatives(ConnectionDiagnosis diagnosis) =>
        diagnosis.AlsoPossible.Count == 0 ? "" : string.Join('|', diagnosis.AlsoPossible.Select(cause => cause.ToText()));

    /// <summary><c>frames 22 24</c>, in order and once each; empty for none.</summary>
    internal static string Evidence(ConnectionDiagnosis diagnosis)
    {
        if (diagnosis.Frames.Count == 0) return "";
        var frames = diagnosis.Frames.Where(frame => frame > 0).Distinct().Order().ToArray();
        return frames.Length == 0 ? "" : (frames.Length == 1 ? "frame " : "frames ") + string.Join(' ', frames);
    }

    internal static string Process(SocketOwner? owner) =>
        owner is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{owner.ProcessName}[{owner.ProcessId}]");
}

/// <summary>The kind of a column of connections.csv, which decides how it is written and compared.</summary>
internal enum ColumnKind : byte
{
    Count,
    Bytes,
    Seconds,
    Milliseconds,
    Time,
    Address, // an address and a port
    Word, // one of a few known words, in any case
    Letters, // letters of which the case matters
    Text, // any text, also from outside
}
