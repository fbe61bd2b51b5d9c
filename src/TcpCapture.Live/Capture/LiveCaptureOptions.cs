namespace TcpCapture.Live.Capture;

/// <summary>What to capture and how.</summary>
internal sealed record LiveCaptureOptions
{
    /// <summary>Name of the interface, <c>any</c> included.</summary>
    public required string Interface { get; init; }

    /// <summary>BPF filter; empty captures everything.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Most bytes kept of a frame. The default holds the 64 KiB super-segments of a loopback interface.</summary>
    public int Snaplen { get; init; } = 262144;

    /// <summary>Size of the kernel's capture buffer in bytes.</summary>
    public int BufferBytes { get; init; } = 32 << 20;

    /// <summary>
    /// How long the kernel may gather frames before it hands them over, in milliseconds. It delays delivery, never a
    /// frame's time. At least 1.
    /// </summary>
    public int ReadTimeoutMilliseconds { get; init; } = 10;

    /// <summary>
    /// Hand over each frame at once. The kernel then keeps a whole slot of <see cref="Snaplen"/> bytes for every frame,
    /// so that far fewer fit the buffer, and wakes the capture for each: for a person watching, not for load.
    /// </summary>
    public bool Immediate { get; init; }
}
