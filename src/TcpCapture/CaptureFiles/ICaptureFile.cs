namespace TcpCapture.CaptureFiles;

/// <summary>A capture file, read once by one thread. Any thread may read Position and Length.</summary>
internal interface ICaptureFile : IDisposable
{
    /// <summary>The path, or "standard input".</summary>
    string Name { get; }

    /// <summary>One line for users about damage that ended the reading; null if there was none so far.</summary>
    string? Problem { get; }

    /// <summary>Bytes read so far of the stored (perhaps compressed) file.</summary>
    long Position { get; }

    /// <summary>Length of the stored file in bytes; null for a pipe.</summary>
    long? Length { get; }

    /// <summary>Interfaces described so far; 1 for pcap.</summary>
    int Interfaces { get; }

    /// <summary>Time resolution in ns (1000 for microseconds), the coarsest of all interfaces; 0 if unknown so far.</summary>
    long Tick { get; }

    /// <summary>Replaces the batch's content with the next frames; false and an empty batch at the end.</summary>
    bool Read(FrameBatch batch);
}
