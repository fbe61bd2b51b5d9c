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

    /// <summary>
    /// The longest time for which the kernel collects frames before it releases them, at least 1 ms. It delays
    /// delivery, but does not change the time of a frame.
    /// </summary>
    public int ReadTimeoutMilliseconds { get; init; } = 10;

    /// <summary>
    /// Releases each frame at once. Every frame then takes <see cref="Snaplen"/> bytes of the buffer and wakes the
    /// capture, so this suits watching live, but not load.
    /// </summary>
    public bool Immediate { get; init; }
}
