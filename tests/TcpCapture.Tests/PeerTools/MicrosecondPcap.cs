using System.Buffers.Binary;
using TcpCapture.Model;

namespace TcpCapture.Tests.PeerTools;

/// <summary>Writes segments as a pcap file of raw IPv4 with times in whole microseconds, as tcptrace needs.</summary>
internal static class MicrosecondPcap
{
    private const int Headers = 40;

    public static void Write(string path, IEnumerable<Segment> segments)
    {
        using var file = File.Create(path);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 65535);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], 101);
        file.Write(header);
        ushort id = 1;
        Span<byte> record = stackalloc byte[16 + Headers];
        Span<byte> address = stackalloc byte[16];
        foreach (var segment in segments)
        {
            // Snaplen 40: the payload is not needed.
            record.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(segment.Time.Nanoseconds / 1_000_000_000));
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(segment.Time.Nanoseconds % 1_000_000_000 / 1000));
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], Headers);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], Headers + segment.Length);
            var ip = record[16..];
            ip[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Headers + segment.Length));
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], id++);
            ip[8] = 64;
            ip[9] = 6;
            segment.Source.WriteAddress(address);
            address[..4].CopyTo(ip[12..]);
            segment.Destination.WriteAddress(address);
            address[..4].CopyTo(ip[16..]);
            var tcp = ip[20..];
            BinaryPrimitives.WriteUInt16BigEndian(tcp, segment.Source.Port);
            BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], segment.Destination.Port);
            BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], segment.Seq);
            BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], segment.Ack);
            BinaryPrimitives.WriteUInt16BigEndian(tcp[12..], (ushort)((5 << 12) | (int)segment.Flags));
            BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], segment.Window);
            file.Write(record);
        }
    }
}
