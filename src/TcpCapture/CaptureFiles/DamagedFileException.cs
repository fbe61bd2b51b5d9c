namespace TcpCapture.CaptureFiles;

/// <summary>A place in a file says what cannot be. Whoever reads the file makes a line for people of it.</summary>
/// <param name="offset">Where the record or block begins, in bytes.</param>
/// <param name="why">What is wrong with it, to follow "of the record there"; no full stop.</param>
internal sealed class DamagedFileException(long offset, string why) : Exception($"Byte {offset}: {why}.")
{
    /// <summary>Where the record or block begins, in bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>What is wrong with it.</summary>
    public string Why { get; } = why;
}
