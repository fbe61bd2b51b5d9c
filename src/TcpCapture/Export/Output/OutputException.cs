namespace TcpCapture.Export.Output;

/// <summary>The output folder cannot be used. The message is one line: what, why and what to do.</summary>
/// <param name="message">The line.</param>
/// <param name="inner">What the system said.</param>
public sealed class OutputException(string message, Exception? inner = null) : Exception(message, inner);
