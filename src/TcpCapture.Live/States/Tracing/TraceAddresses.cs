using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Reads the two endpoints in a tracepoint's record.</summary>
/// <remarks>A tracepoint has either ports, a family and an address for each family, or two sockaddr.</remarks>
internal sealed class TraceAddresses
{
    private const long FamilyIPv4 = 2;
    private const long FamilyIPv6 = 10;
    private const int SocketAddressLength = 28; // of struct sockaddr_in6
    private const int PortInSocketAddress = 2;
    private const int AddressInSocketAddress4 = 4;
    private const int AddressInSocketAddress6 = 8;

    private readonly TraceField _source;
    private readonly TraceField _destination;
    private readonly TraceField? _sourcePort;
    private readonly TraceField? _destinationPort;
    private readonly TraceField? _family;
    private readonly TraceField _source6;
    private readonly TraceField _destination6;

    public TraceAddresses(TraceFormat format)
    {
        if (format.Find("sport") is null)
        {
            _source = format.Require("saddr", SocketAddressLength);
            _destination = format.Require("daddr", SocketAddressLength);
            return;
        }

        _sourcePort = format.Require("sport", 2);
        _destinationPort = format.Require("dport", 2);
        _source = format.Require("saddr", 4);
        _destination = format.Require("daddr", 4);
        _source6 = format.Require("saddr_v6", 16);
        _destination6 = format.Require("daddr_v6", 16);
        // Before Linux 5.14 the retransmission tracepoints have no family, and the IPv6 fields have IPv4-mapped addresses.
        if (format.Find("family") is not null) _family = format.Require("family", 2);
    }

    /// <summary>Reads both endpoints; false if the record is too short or the family is not IP.</summary>
    public bool TryRead(ReadOnlySpan<byte> record, out Endpoint local, out Endpoint remote)
    {
        local = remote = default;
        if (_sourcePort is null)
            return TryReadSocketAddress(record, _source, out local) && TryReadSocketAddress(record, _destination, out remote);

        if (!TraceLayout.Read(record, _family, out var family) || !TraceLayout.Read(record, _sourcePort, out var sourcePort) ||
            !TraceLayout.Read(record, _destinationPort, out var destinationPort))
        {
            return false;
        }

        if (_family is null) family = FamilyIPv6;
        var (source, destination) = family == FamilyIPv4 ? (_source, _destination) : (_source6, _destination6);
        if (family is not (FamilyIPv4 or FamilyIPv6) || !Holds(record, source) || !Holds(record, destination)) return false;
        local = KernelAddress.Read(record.Slice(source.Offset, source.Size), (ushort)sourcePort);
        remote = KernelAddress.Read(record.Slice(destination.Offset, destination.Size), (ushort)destinationPort);
        return true;
    }

    private static bool TryReadSocketAddress(ReadOnlySpan<byte> record, TraceField field, out Endpoint endpoint)
    {
        endpoint = default;
        if (!Holds(record, field)) return false;
        var bytes = record.Slice(field.Offset, field.Size);
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortInSocketAddress..]);
        switch (MemoryMarshal.Read<ushort>(bytes))
        {
            case (ushort)FamilyIPv4:
                endpoint = KernelAddress.Read(bytes.Slice(AddressInSocketAddress4, 4), port);
                return true;
            case (ushort)FamilyIPv6:
                endpoint = KernelAddress.Read(bytes.Slice(AddressInSocketAddress6, 16), port);
                return true;
            default:
                return false;
        }
    }

    private static bool Holds(ReadOnlySpan<byte> record, TraceField field) =>
        field.Offset <= record.Length && field.Size <= record.Length - field.Offset;
}
