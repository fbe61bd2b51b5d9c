using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using TcpCapture.Model;

namespace TcpCapture.Queries.Filters;

/// <summary>The addresses of a network, or one address, optionally with a port.</summary>
internal sealed class AddressRange
{
    private readonly UInt128 _address;
    private readonly UInt128 _mask;
    private readonly bool? _isV6;
    private readonly ushort? _port;

    private AddressRange(IPAddress? address, int bits, ushort? port)
    {
        _port = port;
        if (address is null) return;
        var endpoint = Endpoint.From(address, 0);
        _isV6 = endpoint.IsV6;
        _mask = bits == 0 ? 0 : UInt128.MaxValue << ((endpoint.IsV6 ? 128 : 32) - bits);
        _address = ValueOf(endpoint) & _mask;
    }

    /// <summary><c>10.0.0.1</c>, <c>2001:db8::1</c>; else null.</summary>
    public static AddressRange? OfHost(string text) =>
        TryAddress(text, out var address) ? new AddressRange(address, Bits(address), null) : null;

    /// <summary><c>10.0.0.0/8</c>, also with host bits set; else null.</summary>
    public static AddressRange? OfNetwork(string text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0 || !TryAddress(text[..slash], out var address)) return null;
        return TryNumber(text[(slash + 1)..], Bits(address), out var bits) ? new AddressRange(address, bits, null) : null;
    }

    /// <summary><c>443</c>; else null.</summary>
    public static AddressRange? OfPort(string text) =>
        TryNumber(text, ushort.MaxValue, out var port) && port > 0 ? new AddressRange(null, 0, (ushort)port) : null;

    /// <summary>Any of these, or an address with its port as in connections.csv: <c>10.0.0.1:443</c>, <c>[::1]:443</c>.</summary>
    public static AddressRange? OfAny(string text)
    {
        if ((OfHost(text) ?? OfNetwork(text)) is { } range) return range;
        if (text.StartsWith(':')) return OfPort(text[1..]);
        return Endpoint.TryParse(text, out var endpoint) && endpoint.Port > 0
            ? new AddressRange(endpoint.ToIPAddress(), endpoint.IsV6 ? 128 : 32, endpoint.Port)
            : null;
    }

    public bool Holds(in Endpoint endpoint)
    {
        if (_port is { } port && endpoint.Port != port) return false;
        return _isV6 is null || (endpoint.IsV6 == _isV6 && (ValueOf(endpoint) & _mask) == _address);
    }

    private static UInt128 ValueOf(in Endpoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        return endpoint.WriteAddress(bytes) == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static int Bits(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;

    /// <summary>Stricter than .NET, which reads "1" as 0.0.0.1.</summary>
    private static bool TryAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!text.Contains(':') && text.Count(c => c == '.') != 3) return false;
        if (text.Contains('[') || !IPAddress.TryParse(text, out var parsed)) return false;
        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return true;
    }

    private static bool TryNumber(string text, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;
}
