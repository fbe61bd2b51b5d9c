namespace TcpCapture.Live.Capture;

internal sealed record LiveCaptureOptions
{
    public required string Interface { get; init; } // the name of the interface, or any
    public string Filter { get; init; } = ""; // the BPF filter; empty captures everything

    /// <summary>Maximum bytes kept of a frame. The default fits the 64 KiB segments of a loopback interface.</summary>
    public int Snaplen { get; init; } = 262144;
    public int BufferBytes { get; init; } = 32 << 20; // the size of the kernel's capture buffer, in bytes

    /// <summary>How long the kernel may collect frames before it releases them, at least 1 ms. Their times are unaffected.</summary>
    public int ReadTimeoutMilliseconds { get; init; } = 10;

    /// <summary>Releases each frame at once, for watching live. Every frame then takes <see cref="Snaplen"/> bytes of the buffer.</summary>
    public bool Immediate { get; init; }
}
