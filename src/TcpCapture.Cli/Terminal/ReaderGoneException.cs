namespace TcpCapture.Cli.Terminal;

/// <summary>Whoever read the output has gone (a pager that was quit, say): there is nothing left to do, and nothing failed.</summary>
internal sealed class ReaderGoneException : Exception;
