namespace TcpCapture.Cli.Arguments;

/// <summary>A file of rules cannot be read; the message says why.</summary>
internal sealed class RuleFileException(string message, Exception inner) : Exception(message, inner);
