using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.Correlation.Clues;

/// <summary>What the segments of one end show for the diagnosis, in constant memory. Times are in nanoseconds.</summary>
internal struct EndClues
{
    // The first 64 bytes are what each segment touches: one cache line.

    /// <summary>Time of its latest segment that is no RST.</summary>
    public long LastTime;

    /// <summary>Since when its window is 0; 0 if it is open.</summary>
    public long ZeroWindowSince;

    /// <summary>Sequence number of the oldest unacknowledged transmission.</summary>
    public uint OldestSeq;

    /// <summary>Transmissions of the oldest unacknowledged data; 0 if all is acknowledged.</summary>
    public ushort Tries;

    public ushort UnansweredKeepAlives;

    /// <summary>IP identification of its latest segment.</summary>
    public ushort Identification;

    /// <summary>IP identification of its first segment: if it never changes, an equal one does not mean the same packet.</summary>
    public ushort FirstIdentification;

    /// <summary>TTL of its latest segment that is no RST, and of its first; 0 if unknown.</summary>
    public byte Ttl;
    public byte FirstTtl;

    public Traits Has;

    /// <summary>Window scale of its SYN; 0 for none.</summary>
    public byte WindowScale;

    /// <summary>The latest segments it sent with one acknowledgement number, and those before.</summary>
    public Run LatestRun;
    public OlderRuns OlderRuns;

    /// <summary>The first and the latest transmission of the oldest unacknowledged data, FIN or SYN, and their frames.</summary>
    public long FirstTry;
    public long LastTry;
    public uint FirstTryFrame;
    public uint LastTryFrame;

    /// <summary>Payload of the oldest unacknowledged segment, of the largest segment in flight, and of the largest delivered.</summary>
    public int OldestLength;
    public int LargestInFlight;
    public int LargestDelivered;

    /// <summary>
    /// The shortest time in which it acknowledged something that passed the capture point, in microseconds; 0 if unknown.
    /// </summary>
    public uint FastestAnswer;

    /// <summary>A silence of both that it has broken and the other end has not answered yet; 0 for none.</summary>
    public long PendingSilence;

    /// <summary>Time of its first FIN; 0 for none.</summary>
    public long FinTime;

    /// <summary>The frame that closed its window.</summary>
    public uint ZeroWindowFrame;

    /// <summary>The first of its keep-alive probes that were not answered.</summary>
    public uint FirstKeepAliveFrame;

    public ushort AnsweredKeepAlives;
    public ushort WindowProbes;

    /// <summary>Transmissions from which a loss is no accident.</summary>
    public const int ManyTries = 3;

    /// <summary>The runs it keeps.</summary>
    public const int Runs = 1 + OlderRuns.Count;

    /// <summary>A run by age, from 0 for the latest.</summary>
    public readonly Run Run(int age) => age == 0 ? LatestRun : OlderRuns[age - 1];

    /// <summary>Traits of an end's segments.</summary>
    [Flags]
    internal enum Traits : byte
    {
        None = 0,

        /// <summary>Its segments carry timestamps.</summary>
        Timestamps = 1,

        /// <summary>It sent a segment without "don't fragment".</summary>
        MayFragment = 2,

        /// <summary>It acknowledged later data selectively, but not the oldest.</summary>
        SelectiveAck = 4,
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

/// <summary>The runs before the latest, the newest first.</summary>
[InlineArray(Count)]
internal struct OlderRuns
{
    public const int Count = 2;

    private Run _first;
}
