namespace TcpCapture;

/// <summary>How far an analysis has come.</summary>
/// <param name="Position">Bytes read of the files as they are stored, compressed perhaps.</param>
/// <param name="Length">Bytes of all of them; null if one is a pipe.</param>
/// <param name="Frames">Frames analysed.</param>
public readonly record struct CaptureProgress(long Position, long? Length, long Frames);
