using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace TcpCapture.Model;

/// <summary>An IPv4 or IPv6 address and a TCP port. A value type without references: a segment needs no allocation.</summary>
public record struct Endpoint : IComparable<Endpoint>
{
    private const ulong V6 = 1 << 16;

    // Not readonly, so that the decoder can write an endpoint in place; nothing else changes them.
    private ulong _high;
    private ulong _low;
    private ulong _rest; // the port, and bit 16 for IPv6: two endpoints are compared in three steps

    private Endpoint(ulong high, ulong low, ushort port, bool isV6)
    {
        _high = high;
        _low = low;
        _rest = port | (isV6 ? V6 : 0);
    }

    /// <summary>The TCP port. 0 means none (the remote end of a listener) or not yet known.</summary>
    public readonly ushort Port => (ushort)_rest;

    /// <summary>True for IPv6, false for IPv4.</summary>
    public readonly bool IsV6 => _rest >= V6;

    /// <summary>True if the address is 0.0.0.0 or ::.</summary>
    public readonly bool IsAnyAddress => _high == 0 && _low == 0;

    /// <summary>An endpoint from address bytes in network order.</summary>
    /// <param name="address">4 bytes (IPv4) or 16 bytes (IPv6).</param>
    /// <param name="port">The port in host order.</param>
    /// <exception cref="ArgumentException">The address is neither 4 nor 16 bytes long.</exception>
    public static Endpoint FromBytes(ReadOnlySpan<byte> address, ushort port) => address.Length switch
    {
        4 => new Endpoint(0, BinaryPrimitives.ReadUInt32BigEndian(address), port, false),
        16 => new Endpoint(
            BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port, true),
        _ => throw new ArgumentException($"An IP address has 4 or 16 bytes, not {address.Length}.", nameof(address)),
    };

    /// <summary>Writes an IPv4 endpoint in place. Address and port are in host order; the port is at most 65535.</summary>
    // Building it field by field and then copying it whole stalls the processor on store forwarding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetIPv4(uint address, uint port, out Endpoint endpoint)
    {
        Unsafe.SkipInit(out endpoint);
        endpoint._high = 0;
        endpoint._low = address;
        endpoint._rest = port;
    }

    /// <summary>Reads an IPv6 endpoint in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ReadIPv6(ReadOnlySpan<byte> address, ushort port, out Endpoint endpoint)
    {
        Unsafe.SkipInit(out endpoint);
        endpoint._high = BinaryPrimitives.ReadUInt64BigEndian(address);
        endpoint._low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
        endpoint._rest = port | V6;
    }

    /// <summary>An endpoint from a .NET address; an IPv4-mapped IPv6 address becomes IPv4, as it is on the wire.</summary>
    public static Endpoint From(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return FromBytes(bytes[..length], (ushort)port);
    }

    /// <summary>An endpoint from a .NET <see cref="IPEndPoint"/>.</summary>
    public static Endpoint From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return From(endPoint.Address, endPoint.Port);
    }

    /// <summary>Parses what <see cref="ToString"/> prints: <c>127.0.0.1:80</c> or <c>[::1]:80</c>.</summary>
    public static bool TryParse(string? text, out Endpoint endpoint)
    {
        endpoint = default;
        if (!IPEndPoint.TryParse(text ?? "", out var parsed)) return false;
        endpoint = From(parsed);
        return true;
    }

    /// <summary>Orders IPv4 first, then by address and port.</summary>
    public readonly int CompareTo(Endpoint other)
    {
        if (IsV6 != other.IsV6) return IsV6 ? 1 : -1;
        var byHigh = _high.CompareTo(other._high);
        if (byHigh != 0) return byHigh;
        var byLow = _low.CompareTo(other._low);
        return byLow != 0 ? byLow : Port.CompareTo(other.Port);
    }

    /// <summary>True if address and port are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Equals(Endpoint other) => Difference(other) == 0;

    /// <summary>0 for the same address and port.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly ulong Difference(in Endpoint other) => (_low ^ other._low) | (_high ^ other._high) | (_rest ^ other._rest);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_low, _high, Port, IsV6);

    /// <summary>The address with another port.</summary>
    public readonly Endpoint WithPort(ushort port) => new(_high, _low, port, IsV6);

    /// <summary>The address as a .NET <see cref="IPAddress"/>.</summary>
    public readonly IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPAddress(bytes[..WriteAddress(bytes)]);
    }

    /// <summary>Address and port as a .NET <see cref="IPEndPoint"/>.</summary>
    public readonly IPEndPoint ToIPEndPoint() => new(ToIPAddress(), Port);

    /// <summary>Writes the address in network order and returns its length, 4 or 16.</summary>
    /// <param name="destination">At least 16 bytes.</param>
    public readonly int WriteAddress(Span<byte> destination)
    {
        if (!IsV6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
        return 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool AreIPv4(in Endpoint one, in Endpoint other) => (one._rest | other._rest) < V6;

    /// <summary>A seeded hash of an IPv4 endpoint: an attacker who does not know the seed cannot provoke collisions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly ulong MixIPv4(ulong seed) => FourTupleHash.Mix((_low | (_rest << 32)) ^ seed);

    /// <summary>A seeded hash of any endpoint.</summary>
    internal readonly ulong Mix(ulong first, ulong second)
    {
        if (!IsV6) return MixIPv4(first);
        var address = FourTupleHash.Mix(unchecked(FourTupleHash.Mix(_low ^ first) + _high) ^ second);
        return FourTupleHash.Mix(unchecked(address + _rest));
    }

    /// <summary>Writes the text of <see cref="ToString"/> as ASCII.</summary>
    /// <param name="destination">At least 54 bytes.</param>
    /// <returns>The number of bytes written.</returns>
    internal readonly int Format(Span<byte> destination)
    {
        if (IsV6)
        {
            Ascii.FromUtf16(ToString(), destination, out var all);
            return all;
        }

        var used = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            Utf8Formatter.TryFormat((byte)(_low >> shift), destination[used..], out var digits);
            used += digits;
            destination[used++] = (byte)(shift > 0 ? '.' : ':');
        }

        Utf8Formatter.TryFormat(Port, destination[used..], out var port);
        return used + port;
    }

    /// <summary><c>127.0.0.1:80</c> or <c>[::1]:80</c>.</summary>
    public override readonly string ToString() => IsV6
        ? string.Create(CultureInfo.InvariantCulture, $"[{ToIPAddress()}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture,
            $"{(byte)(_low >> 24)}.{(byte)(_low >> 16)}.{(byte)(_low >> 8)}.{(byte)_low}:{Port}");
}
