using System.Net;

namespace TcpCapture.Live;

/// <summary>What an exchange is run with.</summary>
public sealed record ExchangeOptions
{
    /// <summary>The server's address, IPv4 or IPv6: what the server binds to and the client connects to.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The server's port, 1 to 65535.</summary>
    public int Port { get; init; } = 12345;

    /// <summary>Messages a client sends before its last one, from 0.</summary>
    public int Messages { get; init; } = 5;

    /// <summary>The <c>backlog</c> argument of listen, from 0.</summary>
    public int Backlog { get; init; } = 5;

    /// <summary>Which of the two programs run here.</summary>
    public ExchangeRole Role { get; init; }

    /// <summary>Longest time a scenario may take; when it is over the run ends as if it were done. Null: no limit.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>
    /// True if this process is in a network namespace of its own, where a scenario may change addresses, routes and
    /// settings. Nothing is changed unless this says so.
    /// </summary>
    public bool IsPrivateNamespace { get; init; }
}

/// <summary>Which of the two programs of an exchange run here.</summary>
public enum ExchangeRole : byte
{
    /// <summary>Both, in lock-step: only one of them acts at a time, so that every run has the same order.</summary>
    Both,

    /// <summary>Only the server; the client runs elsewhere.</summary>
    Server,

    /// <summary>Only the client; the server runs elsewhere and was started first.</summary>
    Client,
}
