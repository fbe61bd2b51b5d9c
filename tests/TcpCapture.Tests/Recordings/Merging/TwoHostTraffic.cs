using System.Buffers.Binary;
using TcpCapture.Model;
using TcpCapture.Recordings;
using TcpCapture.Tests.Decoding;

namespace TcpCapture.Tests.Recordings.Merging;

/// <summary>Simulated connections between two hosts over a network that delays, reorders and loses, recorded at both ends</summary>
/// <remarks>A copy with other settings has the same segments: only what records them differs.</remarks>
/// <param name="Seed">Seed of the random numbers.</param>
// by different clocks. The truth is known to the test only; the code under test gets the two recordings.
internal sealed record TwoHostTraffic(int Seed)
{
    public const int RawIPv4 = 101;
    public const long Second = 1_000_000_000;

    /// <summary>Start, on the first host's clock.</summary>
    public const long Epoch = 1_795_413_662_000_000_000;

    private static readonly byte[] FirstAddress = [10, 0, 0, 1];
    private static readonly byte[] SecondAddress = [10, 0, 0, 2];

    private readonly Random _random = new(Seed);
    private readonly List<Transmission> _transmissions = [];
    private readonly ushort[] _identification = [1, 1];
    private long _now = Second;

    /// <summary>Offset of the second clock at the start, in nanoseconds.</summary>
    public long Offset { get; init; }

    /// <summary>Drift of the second clock, in parts per million.</summary>
    public double DriftPpm { get; init; }

    /// <summary>The time at which the second clock is set forward, and the step.</summary>
    public (long Time, long Step)? Step { get; init; }

    /// <summary>Minimum delay from the first host and from the second, in nanoseconds.</summary>
    public long[] Way { get; init; } = [100_000, 150_000];

    /// <summary>Maximum queueing delay, in nanoseconds.</summary>
    public long Queueing { get; init; } = 400_000;

    /// <summary>Lost segments, in percent.</summary>
    public int LossPercent { get; init; }

    /// <summary>Whether segments carry TCP timestamps, which distinguish retransmissions.</summary>
    public bool HasTimestamps { get; init; } = true;

    /// <summary>The address to which a router translates the first host's; null for none.</summary>
    public byte[]? TranslatedAddress { get; init; }

    /// <summary>Whether the recordings show a socket of their host, so that addresses identify the hosts.</summary>
    public bool ShowsSockets { get; init; } = true;

    /// <summary>Whether each recording also shows a socket of the other host.</summary>
    public bool ShowsPeersSocket { get; init; }

    /// <summary>Whether all segments of the second host are lost, and the first continues.</summary>
    public bool BlocksSecond { get; init; }

    /// <summary>Whether a router rewrites sequence numbers.</summary>
    public bool RewritesSequence { get; init; }

    /// <summary>Whether the receiver captures segments over 400 bytes in two pieces.</summary>
    public bool CutsAtReceiver { get; init; }

    /// <summary>Whether the first of two pieces (200 bytes) is lost if <see cref="Transmission.LosesPiece"/>.</summary>
    public bool LosesPieces { get; init; }

    /// <summary>Whether the sender captures segments over 400 bytes in two pieces.</summary>
    public bool CutsAtSender { get; init; }

    public ushort ServerPort { get; init; } = 80;
    public IReadOnlyList<Transmission> Transmissions => _transmissions;

    /// <summary>The offset at a time of the first clock.</summary>
    public double OffsetAt(long time) => Offset + (time - Epoch) * DriftPpm / 1e6 + (Step is { } step && time - Epoch >= step.Time ? step.Step : 0);

    /// <summary>A connection from either host: a handshake, then exchanges, each acknowledged.</summary>
    public TwoHostTraffic Connect(int client, ushort port, int exchanges, long pause)
    {
        var ends = new[] { (uint)_random.NextInt64(uint.MaxValue), (uint)_random.NextInt64(uint.MaxValue) };
        Carry(client, port, client, 0x02, ends, 0);
        Carry(client, port, 1 - client, 0x12, ends, 0);
        Carry(client, port, client, 0x10, ends, 0);
        for (var i = 0; i < exchanges; i++)
        {
            _now += _random.NextInt64(pause) + 1;
            var burst = _random.Next(4) + 1;
            var sender = _random.Next(2);
            for (var j = 0; j < burst; j++)
            {
                _now += _random.Next(20_000);
                Carry(client, port, sender, 0x18, ends, _random.Next(1, 1200));
            }

            Carry(client, port, 1 - sender, 0x10, ends, 0);
        }

        Carry(client, port, client, 0x11, ends, 0);
        Carry(client, port, 1 - client, 0x11, ends, 0);
        Carry(client, port, client, 0x10, ends, 0);
        return this;
    }

    /// <summary>An ICMP error of the second host that quotes the first host's last segment.</summary>
    public TwoHostTraffic Reject()
    {
        var quoted = _transmissions.Last(transmission => transmission.Host == 0).Frame;
        var error = FrameBuilder.IPv4(IcmpDecoderTests.Icmp(3, 13, quoted[..28].ToArray()), protocol: 1);
        SecondAddress.CopyTo(error, 12);
        FirstAddress.CopyTo(error, 16);
        _now += 50_000;
        _transmissions.Add(new Transmission(1, Epoch + _now, Epoch + _now + Way[1], error));
        return this;
    }

    /// <summary>The shortest time from a segment to the next one sent after its arrival.</summary>
    public long SmallestRoundTrip()
    {
        var smallest = long.MaxValue;
        foreach (var (one, next) in _transmissions.Zip(_transmissions.Skip(1)))
            if (one.Host != next.Host && one.Arrived <= next.Sent && next.Arrived is { } back) smallest = Math.Min(smallest, back - one.Sent - (next.Sent - one.Arrived!.Value));
        return smallest;
    }

    /// <summary>Writes one host's recording, on its own clock.</summary>
    /// <param name="host">0 or 1.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="falsify">Replaces the times of frames; null to keep them.</param>
    public Recording Record(int host, string folder, string name, Func<long, long>? falsify = null)
    {
        var path = Path.Combine(folder, name);
        var seen = _transmissions
            .Select(t => (Transmission: t, Time: t.Host == host ? t.Sent : t.Arrived))
            .Where(seen => seen.Time is not null)
            .OrderBy(seen => seen.Time).ToArray();
        var last = seen.Length == 0 ? Epoch : seen[^1].Time!.Value;
        var info = new RecordingInfo
        {
            Host = host == 0 ? "first" : "second",
            Start = Stamp(host, Epoch),
            LinkType = RawIPv4,
            Snaplen = 65536,
            Interface = "eth0",
            StateSource = "none",
        };
        using var writer = RecordingWriter.Create(path, info);
        if (ShowsSockets) writer.OnSample(Listener(host, host));
        if (ShowsPeersSocket) writer.OnSample(Listener(host, 1 - host));
        long number = 0;
        foreach (var (transmission, time) in seen)
        {
            number++;
            if (transmission.Host == host) transmission.SentFrame = number;
            else transmission.ArrivedFrame = number;
            var bytes = transmission.Frame.ToArray();
            if (host == 1 && TranslatedAddress is { } address) Translate(bytes, address);
            if (host == 1 && RewritesSequence) bytes[24] ^= 0x55;
            if ((transmission.Host == host ? CutsAtSender : CutsAtReceiver) && bytes.Length > 452)
            {
                var first = Cut(bytes, 52, 252, 0);
                bytes = Cut(bytes, 252, bytes.Length, 200);
                if (!LosesPieces || !transmission.LosesPiece)
                {
                    writer.OnFrame(new Frame(Stamp(host, time!.Value), RawIPv4, first.Length, first));
                    number++;
                }

                if (transmission.Host == host) transmission.SentFrame = number;
                else transmission.ArrivedFrame = number;
            }

            var stamp = Stamp(host, time!.Value);
            if (falsify is not null) stamp = new Timestamp(falsify(stamp.Nanoseconds));
            writer.OnFrame(new Frame(stamp, RawIPv4, bytes.Length, bytes));
        }

        Assert.True(writer.Complete(new RecordingEnd { Time = Stamp(host, last + 3 * Second), Frames = number }), writer.Failure?.Message);
        return Recording.Open(path);
    }

    private Timestamp Stamp(int host, long time) => new(host == 0 ? time : (long)Math.Floor(time + OffsetAt(time)));

    private SocketSample Listener(int host, int owner) => new()
    {
        NotBefore = Stamp(host, Epoch),
        NotAfter = Stamp(host, Epoch + 1000),
        Local = Endpoint.FromBytes(owner == 0 ? FirstAddress : SecondAddress, 9),
        Remote = Endpoint.FromBytes([0, 0, 0, 0], 0),
        State = TcpState.Listen,
        Kind = SocketKind.Listener,
    };

    /// <summary>Sends a segment until it arrives, and updates both ends.</summary>
    private void Carry(int client, ushort port, int sender, int flags, uint[] ends, int length)
    {
        while (true)
        {
            var sent = Epoch + _now;
            var isBlocked = sender == 1 && BlocksSecond;
            var isLost = isBlocked || _random.Next(100) < LossPercent;
            long? arrived = isLost ? null : sent + Way[sender] + (_random.Next(3) == 0 ? 0 : _random.NextInt64(Queueing + 1));
            _transmissions.Add(new Transmission(sender, sent, arrived, Build(client, port, sender, flags, ends, length)));
            if (arrived is { } time)
            {
                // Data of a burst does not wait for an answer, so that it can be reordered.
                _now = flags == 0x18 ? _now : time - Epoch + _random.Next(30_000);
                break;
            }

            if (isBlocked) break;

            _now += 200_000_000 + _random.Next(1_000_000);
        }

        ends[sender] += (uint)length + ((flags & 3) != 0 ? 1u : 0);
    }

    private byte[] Build(int client, ushort port, int sender, int flags, uint[] ends, int length)
    {
        byte[] options = [];
        if (HasTimestamps)
        {
            options = [1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(4), (uint)(_now / 1_000_000) + (uint)sender * 77777);
            BinaryPrimitives.WriteUInt32BigEndian(options.AsSpan(8), (uint)(_now / 1_000_000));
        }

        var tcp = FrameBuilder.Tcp(flags, options, length);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, sender == client ? port : ServerPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), sender == client ? ServerPort : port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), ends[sender]);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), (flags & 0x10) != 0 ? ends[1 - sender] : 0);
        var frame = FrameBuilder.IPv4(tcp);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), _identification[sender]++);
        (sender == 0 ? FirstAddress : SecondAddress).CopyTo(frame, 12);
        (sender == 0 ? SecondAddress : FirstAddress).CopyTo(frame, 16);
        return frame;
    }

    /// <summary>A range of the payload, with the frame's headers.</summary>
    private static byte[] Cut(byte[] frame, int from, int to, uint advance)
    {
        byte[] piece = [.. frame[..52], .. frame[from..to]];
        BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(2), (ushort)piece.Length);
        BinaryPrimitives.WriteUInt32BigEndian(piece.AsSpan(24), BinaryPrimitives.ReadUInt32BigEndian(piece.AsSpan(24)) + advance);
        return piece;
    }

    private static void Translate(Span<byte> frame, byte[] address)
    {
        if (frame[9] == 1) Translate(frame[28..], address); // the segment that an ICMP error quotes
        address.CopyTo(frame[(frame.Slice(12, 4).SequenceEqual(FirstAddress) ? 12 : 16)..]);
    }
}
