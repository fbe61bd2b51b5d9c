namespace TcpCapture.Model;

/// <summary>
/// A socket call of an observed program. It is observed twice, with the same <see cref="Id"/>: when it begins
/// (<see cref="End"/> is null) and when it returns.
/// </summary>
public sealed record SocketCall
{
    /// <summary>Number of the call, from 1, in the order of <see cref="Begin"/>.</summary>
    public required long Id { get; init; }

    /// <summary>Number of the socket, from 1; 0 for none (a kill). An accepted socket has its own number.</summary>
    public required int Socket { get; init; }

    /// <summary>The program that made it.</summary>
    public required Side Side { get; init; }

    /// <summary>
    /// What it does: <c>connect</c>, <c>accept</c>, <c>send</c>, <c>recv</c>, <c>shutdown</c>, <c>close</c>, <c>setsockopt</c> …;
    /// <c>peek</c> reads without consuming, <c>close-descriptor</c> closes one descriptor of several, <c>exit</c> is the end of a
    /// process, which closes all that only it had open.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Name of the system call (<c>write</c>, <c>accept4</c>) if it differs from <see cref="Name"/>; else null.</summary>
    public string? SystemCall { get; init; }

    /// <summary>The relevant arguments, for people: <c>127.0.0.1:12345</c>, <c>SHUT_WR</c>, <c>SO_LINGER, 0 s</c>.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>When it was entered.</summary>
    public required Timestamp Begin { get; init; }

    /// <summary>When it returned; null before that.</summary>
    public Timestamp? End { get; init; }

    /// <summary>The result: a byte count, accept's new socket number, 0 for success, -1 for failure; null before the return.</summary>
    public long? Result { get; init; }

    /// <summary>The errno's name (<c>ECONNREFUSED</c>) if it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The socket's own address if known (after bind, connect or accept).</summary>
    public Endpoint? Local { get; init; }

    /// <summary>The peer's address if known (for connect at its begin).</summary>
    public Endpoint? Remote { get; init; }

    /// <summary>The process that made it, or 0.</summary>
    public int ProcessId { get; init; }

    /// <summary>Name of the system call and arguments: <c>connect(127.0.0.1:12345)</c>, <c>write(25 bytes)</c>.</summary>
    public string Text => $"{SystemCall ?? Name}({Arguments})";
}
