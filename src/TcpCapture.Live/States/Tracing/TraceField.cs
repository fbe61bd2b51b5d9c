namespace TcpCapture.Live.States.Tracing;

/// <summary>A field of a tracepoint's record.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Bytes from the record's begin.</param>
/// <param name="Size">Bytes it takes.</param>
/// <param name="IsSigned">True if a number in it is signed.</param>
internal readonly record struct TraceField(string Name, int Offset, int Size, bool IsSigned);
