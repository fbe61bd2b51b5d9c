namespace TcpCapture.Live.Capture;

internal sealed record LiveCaptureOptions
{
    /// <summary>The name of the interface, or <c>any</c>.</summary>
    public required string Interface { get; init; }

    /// <summary>The BPF filter; empty captures everything.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Maximum bytes kept of a frame. The default fits the 64 KiB segments of a loopback interface.</summary>
    public int Snaplen { get; init; } = 262144;

    /// <summary>The size of the kernel's capture buffer, in bytes.</summary>
    public int BufferBytes { get; init; } = 32 << 20;

    /// <summary>How long the kernel may collect frames before it releases them, at least 1 ms. Their times are unaffected.</summary>
    public int ReadTimeoutMilliseconds { get; init; } = 10;

    /// <summary>
    /// Releases each frame at once, for watching live. Every frame then takes <see cref="Snaplen"/> bytes of the
    /// buffer.
    /// </summary>
    public bool Immediate { get; init; }
}
