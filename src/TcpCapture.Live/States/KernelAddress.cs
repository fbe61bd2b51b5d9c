using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>Addresses as the kernel reports them: an IPv6 socket has an IPv4 address as ::ffff:a.b.c.d.</summary>
internal static class KernelAddress
{
    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

    /// <summary>Reads an address of 4 or 16 bytes; an IPv4-mapped one becomes IPv4, as on the wire.</summary>
    public static Endpoint Read(ReadOnlySpan<byte> address, ushort port) =>
        Endpoint.FromBytes(address.Length == 16 && address.StartsWith(MappedPrefix) ? address[12..] : address, port);
}
