using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools;

/// <summary>The TCP checksum (RFC 9293 section 3.1), summed byte by byte.</summary>
internal static class Checksum
{
    public static bool IsRight(in Segment segment, ReadOnlySpan<byte> frame)
    {
        var header = frame[segment.HeaderAt..];
        var length = (header[12] >> 4) * 4 + segment.Length;
        if (header.Length < length) return true; // cut: it cannot be told
        Span<byte> address = stackalloc byte[16];
        long sum = 6 + length;
        foreach (var end in (ReadOnlySpan<Endpoint>)[segment.Source, segment.Destination])
        {
            end.WriteAddress(address);
            sum += Sum(end.IsV6 ? address : address[..4]);
        }

        sum += Sum(header[..length]);
        while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
        return sum == 0xFFFF;
    }

    private static long Sum(ReadOnlySpan<byte> bytes)
    {
        long sum = 0;
        for (var i = 0; i < bytes.Length; i++) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
        return sum;
    }
}
