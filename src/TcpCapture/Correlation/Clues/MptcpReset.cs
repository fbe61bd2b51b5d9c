using TcpCapture.Model;

namespace TcpCapture.Correlation.Clues;

/// <summary>Reads the reason of Multipath TCP from an RST (MP_TCPRST, RFC 8684 section 3.6).</summary>
internal static class MptcpReset
{
    private const int FixedHeaderLength = 20;
    private const byte NoOperation = 1;
    private const byte Mptcp = 30;
    private const int TcpReset = 8;

    private static readonly string[] s_reasons =
    [
        "unspecified", "an MPTCP-specific error", "a lack of resources", "administratively prohibited", "too much outstanding data",
        "unacceptable performance", "interference by a middlebox",
    ];

    /// <summary>The reason code; null if the segment has no such option.</summary>
    public static byte? ReasonOf(ReadOnlySpan<byte> frame, in Segment segment)
    {
        var at = segment.HeaderAt;
        if (at <= 0 || at > frame.Length - FixedHeaderLength) return null;
        var header = frame[at..];
        var end = Math.Min((header[12] >> 4) * 4, header.Length);
        if (end <= FixedHeaderLength) return null;
        var options = header[FixedHeaderLength..end];
        while (options.Length >= 2 && options[0] != 0)
        {
            if (options[0] == NoOperation)
            {
                options = options[1..];
                continue;
            }

            int length = options[1];
            if (length < 2 || length > options.Length) return null;
            if (options[0] == Mptcp && length >= 4 && options[2] >> 4 == TcpReset) return options[3];
            options = options[length..];
        }

        return null;
    }

    public static string Describe(byte reason) => reason < s_reasons.Length ? s_reasons[reason] : $"reason {reason}";
}
