using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Clues;

/// <summary>What the segments of one end show for the diagnosis, in constant memory. Times are in nanoseconds.</summary>
internal struct EndClues
{
    /// <summary>Runs of the latest segments it sent.</summary>
    public Runs Runs;

    /// <summary>Time of its latest segment that is no RST.</summary>
    public long LastTime;

    /// <summary>Time of its first FIN; 0 for none.</summary>
    public long FinTime;

    /// <summary>The oldest unacknowledged data, FIN or SYN: its first and its latest transmission, and their frames.</summary>
    public long FirstTry;
    public long LastTry;
    public uint FirstTryFrame;
    public uint LastTryFrame;

    /// <summary>Since when its window is 0, and the frame that said so; 0 if it is open.</summary>
    public long ZeroWindowSince;
    public uint ZeroWindowFrame;

    /// <summary>The longest time its window was 0 until it opened, in milliseconds.</summary>
    public uint LongestZeroWindow;

    /// <summary>The shortest time in which it acknowledged something that passed the capture point, in microseconds; 0 if unknown.</summary>
    public uint FastestAnswer;

    /// <summary>The first of its keep-alive probes that were not answered.</summary>
    public uint FirstKeepAliveFrame;

    /// <summary>Sequence number of the oldest unacknowledged transmission.</summary>
    public uint OldestSeq;

    /// <summary>Payload of the oldest unacknowledged segment, of the largest segment in flight, and of the largest delivered.</summary>
    public int OldestLength;
    public int LargestInFlight;
    public int LargestDelivered;

    /// <summary>Payload of a segment that was sent often and got through only in smaller pieces; 0 for none.</summary>
    public int LargestCutUp;

    /// <summary>Transmissions of the oldest unacknowledged data; 0 if all is acknowledged.</summary>
    public ushort Tries;

    /// <summary>The most transmissions that one segment needed until it was acknowledged.</summary>
    public ushort MostTries;

    public ushort UnansweredKeepAlives;
    public ushort AnsweredKeepAlives;
    public ushort WindowProbes;

    /// <summary>IP identification of its latest segment.</summary>
    public ushort Identification;

    /// <summary>TTL of its first segment, and of its latest that is no RST; 0 if unknown.</summary>
    public byte FirstTtl;
    public byte Ttl;

    /// <summary>Window scale of its SYN; 0 for none.</summary>
    public byte WindowScale;

    public Traits Has;

    /// <summary>Transmissions from which a loss is no accident.</summary>
    public const int ManyTries = 3;

    /// <summary>Traits of an end's segments.</summary>
    [Flags]
    internal enum Traits : byte
    {
        None = 0,

        /// <summary>Its segments carry timestamps.</summary>
        Timestamps = 1,

        /// <summary>It sent a segment without "don't fragment".</summary>
        MayFragment = 2,

        /// <summary>Its segments had different IP identifications, so equal ones mean the same packet.</summary>
        ChangingIdentification = 4,

        /// <summary>It acknowledged later data selectively, but not the oldest.</summary>
        SelectiveAck = 8,
    }
}

/// <summary>Segments that one end sent with the same acknowledgement number: an RST without ACK answers one of them.</summary>
internal struct Run
{
    public long Time;
    public uint Frame;
    public uint Ack;
    public uint Seq;
    public uint Next;

    /// <summary>Control bits of all its segments.</summary>
    public TcpFlags Flags;
    public bool IsSet;
    public bool IsKeepAlive;
}

/// <summary>The latest runs, the newest first.</summary>
[InlineArray(Count)]
internal struct Runs
{
    public const int Count = 3;

    private Run _first;
}
