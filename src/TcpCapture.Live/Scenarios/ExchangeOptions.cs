using System.Net;

namespace TcpCapture.Live.Scenarios;

/// <summary>The options of a scenario's exchange.</summary>
internal sealed record ExchangeOptions
{
    /// <summary>The server's address, IPv4 or IPv6.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The server's port, 1 to 65535.</summary>
    public int Port { get; init; } = 12345;

    /// <summary>The number of messages that a client sends before its last one; 0 or more.</summary>
    public int Messages { get; init; } = 5;

    /// <summary>The <c>backlog</c> argument of listen; 0 or more.</summary>
    public int Backlog { get; init; } = 5;

    /// <summary>The programs that run on this host.</summary>
    public ExchangeRole Role { get; init; }

    /// <summary>The maximum duration; the run then ends as if the scripts had ended. Null: no limit.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>True if this process has its own network namespace, so that a scenario may change routes and settings.</summary>
    public bool IsPrivateNamespace { get; init; }
}

/// <summary>The programs of an exchange that run on this host.</summary>
internal enum ExchangeRole : byte
{
    /// <summary>Both programs, in lock-step: one acts at a time, so that every run has the same order.</summary>
    Both,

    /// <summary>Only the server; the client runs on another host.</summary>
    Server,

    /// <summary>Only the client; the server runs on another host and was started first.</summary>
    Client,
}
