namespace TcpCapture.Queries.Expectations.Claims;

/// <summary>Who closed first.</summary>
internal enum Closer : byte
{
    Client,
    Server,

    /// <summary>Both: their FINs crossed.</summary>
    Both,
    Nobody,
}
