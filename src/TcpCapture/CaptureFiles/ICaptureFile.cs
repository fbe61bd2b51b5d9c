namespace TcpCapture.CaptureFiles;

/// <summary>A capture file, read from its begin to its end. By one thread; what tells progress may be asked by any.</summary>
internal interface ICaptureFile : IDisposable
{
    /// <summary>What people call it: its path, or "standard input".</summary>
    string Name { get; }

    /// <summary>
    /// One line: what could not be read, where, and what was done; null if the file was whole as far as it is read. Nothing
    /// more comes after it.
    /// </summary>
    string? Problem { get; }

    /// <summary>Bytes read so far of the file as it is stored, compressed perhaps.</summary>
    long Position { get; }

    /// <summary>Length of the file as it is stored, in bytes; null for a pipe.</summary>
    long? Length { get; }

    /// <summary>Interfaces described so far; 1 for pcap, which knows no others.</summary>
    int Interfaces { get; }

    /// <summary>Nanoseconds that its times count in (1000 for microseconds), the coarsest of its interfaces'; 0 before any is known.</summary>
    long Tick { get; }

    /// <summary>Puts the next frames into a batch, in place of what is in it, and keeps nothing of the batch.</summary>
    /// <returns>False at the end: then the batch is empty.</returns>
    bool Read(FrameBatch batch);
}
