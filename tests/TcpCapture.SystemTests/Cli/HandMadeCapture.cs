using System.Buffers.Binary;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Builds a pcap file of Ethernet frames, one per millisecond: clients 10.0.0.1:4000N, server 10.0.0.2:80.</summary>
internal sealed class HandMadeCapture
{
    private readonly List<byte> _file = [];
    private readonly Dictionary<(int Port, bool FromClient), uint> _next = [];
    private byte[] _last = [];
    private uint _milliseconds;

    public HandMadeCapture()
    {
        foreach (var number in (uint[])[0xA1B2C3D4, 0x0004_0002, 0, 0, 65535, 1]) Add(number);
    }

    public HandMadeCapture Open(int client) => FromClient(client, "S").FromServer(client, "S.").FromClient(client, ".");

    public HandMadeCapture Close(int client) => FromClient(client, "F.").FromServer(client, "F.").FromClient(client, ".");

    public HandMadeCapture FromClient(int client, string flags, int length = 0) => Send(client, true, flags, length);

    public HandMadeCapture FromServer(int client, string flags, int length = 0) => Send(client, false, flags, length);

    /// <summary>Repeats the last frame.</summary>
    public HandMadeCapture Again() => Frame(_last);

    public byte[] ToArray() => [.. _file];

    private HandMadeCapture Send(int client, bool fromClient, string flags, int length)
    {
        var frame = new byte[14 + 20 + 20 + length];
        frame[12] = 8;
        var ip = frame.AsSpan(14);
        (ip[0], ip[8], ip[9]) = (0x45, 64, 6);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
        ((byte[])[10, 0, 0, (byte)(fromClient ? 1 : 2), 10, 0, 0, (byte)(fromClient ? 2 : 1)]).CopyTo(ip[12..]);
        var tcp = ip[20..];
        var port = (ushort)(40000 + client);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, fromClient ? port : (ushort)80);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], fromClient ? (ushort)80 : port);
        var seq = _next.GetValueOrDefault((client, fromClient), fromClient ? 1000u : 9000u);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], seq);
        if (flags.Contains('.')) BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], _next.GetValueOrDefault((client, !fromClient)));
        tcp[12] = 0x50;
        tcp[13] = (byte)flags.Sum(flag => flag switch { 'F' => 1, 'S' => 2, 'R' => 4, 'P' => 8, _ => 16 });
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 512);
        if (!flags.Contains('R')) _next[(client, fromClient)] = seq + (uint)length + (flags.Contains('S') || flags.Contains('F') ? 1u : 0u);
        return Frame(frame);
    }

    private HandMadeCapture Frame(byte[] frame)
    {
        _milliseconds++;
        _last = frame;
        foreach (var number in (uint[])[1_795_413_662 + _milliseconds / 1000, _milliseconds % 1000 * 1000, (uint)frame.Length, (uint)frame.Length]) Add(number);
        _file.AddRange(frame);
        return this;
    }

    private void Add(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        _file.AddRange(bytes);
    }
}
