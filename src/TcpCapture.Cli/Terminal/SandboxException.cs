namespace TcpCapture.Cli.Terminal;

/// <summary>A private namespace cannot be had. The message is one line: what, why and what to do.</summary>
internal sealed class SandboxException(string message, Exception? inner = null) : Exception(message, inner);
