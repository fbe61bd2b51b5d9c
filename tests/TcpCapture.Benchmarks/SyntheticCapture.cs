using System.Buffers.Binary;
using System.Globalization;

namespace TcpCapture.Benchmarks;

/// <summary>Writes a pcap file like a busy server's: concurrent connections, each a request and a long answer, every second data</summary>
// segment acknowledged, some lost behind the capture point, reported by SACK and retransmitted.
internal sealed class SyntheticCapture : IDisposable
{
    /// <summary>The first argument for writing such a file.</summary>
    public const string Argument = "write-capture";

    private const int HeaderLength = 14 + 20;
    private const int PayloadLength = 1448;
    private const byte Syn = 2;
    private const byte Ack = 16;
    private const byte Push = 8;
    private const byte Fin = 1;

    private static readonly byte[] SynOptions = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0, 0, 0, 1, 3, 3, 7];
    private static readonly byte[] Timestamps = [1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9];

    private readonly FileStream _file;
    private readonly byte[] _frame = new byte[16 + HeaderLength + 60 + PayloadLength];
    private readonly int _snaplen;
    private readonly int _lossEvery;
    private readonly int _segmentsPerConnection;
    private readonly Random _random = new(7);
    private long _time = 1_795_000_000_000_000_000;
    private int _opened;

    /// <param name="path">The file.</param>
    /// <param name="snaplen">Bytes kept of a frame.</param>
    /// <param name="segmentsPerConnection">Approximate segments per connection.</param>
    /// <param name="lossEvery">One in this many data segments is lost; 0 for none.</param>
    public SyntheticCapture(string path, int snaplen, int segmentsPerConnection, int lossEvery)
    {
        (_snaplen, _segmentsPerConnection, _lossEvery) = (snaplen, segmentsPerConnection, lossEvery);
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 20);
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b23c4d);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], snaplen);
        header[20] = 1;
        _file.Write(header);
    }

    public long Segments { get; private set; }

    /// <summary>Writes a file. Arguments: path, segments, segments per connection, concurrent connections, loss interval, snaplen.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(string[] arguments)
    {
        if (arguments.Length != 6 || arguments.Skip(1).Any(a => !int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            Console.Error.WriteLine($"{Argument} takes FILE SEGMENTS SEGMENTS-A-CONNECTION CONCURRENT LOSS-EVERY SNAPLEN.");
            return 2;
        }

        var numbers = arguments.Skip(1).Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        using var capture = new SyntheticCapture(arguments[0], numbers[4], numbers[1], numbers[3]);
        capture.Write(numbers[0], numbers[2]);
        return 0;
    }

    /// <summary>Writes segments of concurrent connections.</summary>
    public void Write(long segments, int concurrent)
    {
        var open = new Talk[concurrent];
        for (var i = 0; i < open.Length; i++) open[i] = Open();
        while (Segments < segments)
        {
            ref var talk = ref open[_random.Next(open.Length)];
            if (!Step(talk)) talk = Open();
        }
    }

    public void Dispose() => _file.Dispose();

    private Talk Open()
    {
        var number = _opened++;
        return new Talk
        {
            Client = 0x0a000000u + (uint)(number / 50_000),
            Port = (ushort)(10_000 + number % 50_000),
            ClientSeq = (uint)_random.NextInt64(uint.MaxValue),
            ServerSeq = (uint)_random.NextInt64(uint.MaxValue),
        };
    }

    /// <summary>The next segment of a connection; false if it was the last.</summary>
    private bool Step(Talk talk)
    {
        switch (talk.Step++)
        {
            case 0:
                Say(talk, Syn, 0, SynOptions);
                talk.ClientSeq++;
                return true;
            case 1:
                Answer(talk, Syn | Ack, talk.ServerSeq, 0, SynOptions);
                talk.ServerSeq++;
                talk.Acknowledged = talk.ServerSeq;
                return true;
            case 2:
                Say(talk, Ack, 0, Timestamps);
                return true;
            case 3:
                Say(talk, Push | Ack, 100, Timestamps);
                talk.ClientSeq += 100;
                return true;
        }

        if (talk.Step > _segmentsPerConnection - 3 && talk.Duplicates == 0) return Close(talk);
        if (talk.Duplicates > 0) Recover(talk);
        else if (talk.Step % 3 == 0) SayAll(talk);
        else Send(talk);
        return true;
    }

    private void Send(Talk talk)
    {
        if (_lossEvery > 0 && _random.Next(_lossEvery) == 0)
        {
            SayAll(talk);
            talk.Lost = talk.ServerSeq;
            talk.Duplicates = 1;
        }

        Answer(talk, Push | Ack, talk.ServerSeq, PayloadLength, Timestamps);
        talk.ServerSeq += PayloadLength;
    }

    /// <summary>Three segments and three duplicate acknowledgements after the lost one, then its retransmission.</summary>
    private void Recover(Talk talk)
    {
        if (talk.Duplicates++ < 7)
        {
            if (talk.Duplicates % 2 == 0)
            {
                Answer(talk, Push | Ack, talk.ServerSeq, PayloadLength, Timestamps);
                talk.ServerSeq += PayloadLength;
            }
            else
            {
                Span<byte> options = stackalloc byte[24];
                Timestamps.CopyTo(options);
                options[12] = options[13] = 1;
                (options[14], options[15]) = (5, 10);
                BinaryPrimitives.WriteUInt32BigEndian(options[16..], talk.Lost + PayloadLength);
                BinaryPrimitives.WriteUInt32BigEndian(options[20..], talk.ServerSeq);
                Say(talk, Ack, 0, options);
            }

            return;
        }

        Answer(talk, Push | Ack, talk.Lost, PayloadLength, Timestamps);
        talk.Duplicates = 0;
    }

    private bool Close(Talk talk)
    {
        switch (talk.Closing++)
        {
            case 0:
                talk.Acknowledged = talk.ServerSeq;
                Say(talk, Fin | Ack, 0, Timestamps);
                talk.ClientSeq++;
                return true;
            case 1:
                Answer(talk, Fin | Ack, talk.ServerSeq, 0, Timestamps);
                talk.ServerSeq++;
                return true;
            default:
                SayAll(talk);
                return false;
        }
    }

    private void SayAll(Talk talk)
    {
        talk.Acknowledged = talk.ServerSeq;
        Say(talk, Ack, 0, Timestamps);
    }

    private void Say(Talk talk, int flags, int length, ReadOnlySpan<byte> options) =>
        Write(talk.Client, 0x0a640001, talk.Port, 80, talk.ClientSeq, (flags & Ack) == 0 ? 0 : talk.Acknowledged, flags, length, options);

    private void Answer(Talk talk, int flags, uint seq, int length, ReadOnlySpan<byte> options) =>
        Write(0x0a640001, talk.Client, 80, talk.Port, seq, talk.ClientSeq, flags, length, options);

    private void Write(uint source, uint destination, ushort from, ushort to, uint seq, uint ack, int flags, int length, ReadOnlySpan<byte> options)
    {
        _time += 2_000;
        Segments++;
        var frame = _frame.AsSpan();
        var tcpLength = 20 + options.Length;
        var whole = HeaderLength + tcpLength + length;
        var kept = Math.Min(whole, _snaplen);
        BinaryPrimitives.WriteInt32LittleEndian(frame, (int)(_time / 1_000_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], (int)(_time % 1_000_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(frame[8..], kept);
        BinaryPrimitives.WriteInt32LittleEndian(frame[12..], whole);
        frame[16 + 12] = 8;
        var ip = frame[(16 + 14)..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(20 + tcpLength + length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)Segments);
        ip[6] = 0x40;
        ip[8] = 64;
        ip[9] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], destination);
        var tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, from);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], to);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], seq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], ack);
        tcp[12] = (byte)(tcpLength / 4 << 4);
        tcp[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], 501);
        options.CopyTo(tcp[20..]);
        _file.Write(frame[..(16 + kept)]);
    }

    private sealed class Talk
    {
        public uint Client { get; init; }
        public ushort Port { get; init; }
        public uint ClientSeq { get; set; }
        public uint ServerSeq { get; set; }
        public uint Acknowledged { get; set; }
        public int Step { get; set; }
        public int Closing { get; set; }
        public uint Lost { get; set; }
        public int Duplicates { get; set; }
    }
}
