namespace TcpCapture.Live.Scenarios;

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
