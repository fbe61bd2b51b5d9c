namespace TcpCapture.Model;

/// <summary>Comparison of 32-bit sequence numbers, which wrap around (RFC 9293 section 3.4).</summary>
public static class SequenceNumber
{
    /// <summary>How far <paramref name="a"/> is ahead of <paramref name="b"/>; negative if it is behind.</summary>
    public static int Difference(uint a, uint b) => unchecked((int)(a - b));

    /// <summary>True if <paramref name="a"/> comes before <paramref name="b"/>.</summary>
    public static bool Before(uint a, uint b) => Difference(a, b) < 0;

    /// <summary>True if <paramref name="a"/> comes after <paramref name="b"/>.</summary>
    public static bool After(uint a, uint b) => Difference(a, b) > 0;
}
