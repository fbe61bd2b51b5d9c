using System.Runtime.InteropServices;
using TcpCapture.Model;

namespace TcpCapture.Live.Capture;

/// <summary>
/// libpcap's struct pcap_pkthdr of a handle with nanosecond resolution: a struct timeval, whose members are C longs (32
/// bits on Windows), with nanoseconds in tv_usec, and two lengths.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PcapPacketHeader
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    // A fraction of up to 2³² µs still fits on top of it.
    private const long MaxSeconds = long.MaxValue / NanosecondsPerSecond - 5000;

    private readonly CLong _seconds;
    private readonly CLong _fraction;
    private readonly uint _capturedLength;
    private readonly uint _originalLength;

    public PcapPacketHeader(Timestamp time, int capturedLength, int originalLength)
    {
        var (seconds, nanoseconds) = Math.DivRem(time.Nanoseconds, NanosecondsPerSecond);
        if (nanoseconds < 0) (seconds, nanoseconds) = (seconds - 1, nanoseconds + NanosecondsPerSecond);
        _seconds = new CLong((nint)seconds);
        _fraction = new CLong((nint)nanoseconds);
        _capturedLength = (uint)capturedLength;
        _originalLength = (uint)originalLength;
    }

    /// <summary>Bytes captured.</summary>
    public int CapturedLength => (int)Math.Min(_capturedLength, int.MaxValue);

    /// <summary>Bytes on the wire.</summary>
    public int OriginalLength => (int)Math.Min(_originalLength, int.MaxValue);

    /// <summary>The time, of a handle that counts fractions of a second in units of <paramref name="unit"/> nanoseconds.</summary>
    /// <remarks>
    /// A file may claim any second: what does not fit a <see cref="Timestamp"/> becomes its limit. Only the low half of
    /// tv_usec counts, because macOS leaves the upper half of the 64 bits undefined.
    /// </remarks>
    public Timestamp Time(int unit)
    {
        var seconds = Math.Clamp((long)_seconds.Value, -MaxSeconds, MaxSeconds);
        return new Timestamp(seconds * NanosecondsPerSecond + (long)(uint)_fraction.Value * unit);
    }
}
