using System.Globalization;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>A connection to diagnose, with its clues and its neighbours.</summary>
/// <param name="connection">The connection.</param>
/// <param name="neighbours">The other connections.</param>
/// <param name="until">The latest time that was observed.</param>
internal readonly struct Case(Connection connection, Neighbours neighbours, Timestamp until)
{
    public Connection Connection { get; } = connection;
    public Neighbours Neighbours { get; } = neighbours;
    public ConnectionClues Clues => Connection.Clues;
    public ConnectionEnd Client => Connection.Client;
    public ConnectionEnd Server => Connection.Server;

    /// <summary>The latest observation, in nanoseconds.</summary>
    public long Until { get; } = Math.Max(until.Nanoseconds, connection.End.Nanoseconds);

    /// <summary>True if the handshake was completed, or the connection was open before.</summary>
    public bool WasOpen => Connection.Established is not null || (Connection.BeganEarlier && Connection.FirstSyn is null)
        || (Server is { SentSynAck: true, IssKnown: true } && Client.HasAcknowledged(unchecked(Server.Iss + 1)) && !RefusedSynAck);

    /// <summary>True if the client's first RST refused the SYN-ACK.</summary>
    private bool RefusedSynAck => Clues.Resets is [{ By: Side.Client, Answers: AnsweredKind.SynAck }, ..];

    /// <summary>The end in words: <c>client</c>, or <c>server (nginx[812])</c> if its process is known.</summary>
    public string Name(Side side) => Connection[side].Owner is { } owner
        ? string.Create(CultureInfo.InvariantCulture, $"{side.ToText()} ({owner.ProcessName}[{owner.ProcessId}])")
        : side.ToText();

    /// <summary>The other connections to the same listener.</summary>
    public Neighbours.Served? Listener => Neighbours.OfListener(Connection);

    /// <summary>The other connections of the client's host.</summary>
    public Neighbours.Caller? Caller => Neighbours.OfCaller(Connection);

    public static string Bytes(long count) => count == 1 ? "1 byte" : string.Create(CultureInfo.InvariantCulture, $"{count} bytes");

    /// <summary><c>once</c>, <c>twice</c>, <c>16 times</c>.</summary>
    public static string Times(long count) => count switch
    {
        1 => "once",
        2 => "twice",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} times"),
    };

    /// <summary><c>905 s (15 min)</c>, <c>1.024 s</c>, <c>40.1 ms</c>, <c>31 µs</c>.</summary>
    public static string Span(long nanoseconds)
    {
        var seconds = Math.Abs(nanoseconds) / 1e9;
        FormattableString text = seconds switch
        {
            >= 120 => $"{seconds:0} s ({seconds / 60:0.#} min)",
            >= 10 => $"{seconds:0.#} s",
            >= 1 => $"{seconds:0.000} s",
            >= 0.001 => $"{seconds * 1e3:0.0} ms",
            _ => $"{seconds * 1e6:0} µs",
        };
        return text.ToString(CultureInfo.InvariantCulture);
    }
}
