using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>One connection on a four-tuple, and whose its ends are.</summary>
internal sealed class SeenConnection(Timestamp start, SeenConnection? previous)
{
    /// <summary>Whose the end with the lower address is, in the order of <see cref="Endpoint.CompareTo"/>.</summary>
    public EndOwner Low;

    /// <summary>Whose the other end is.</summary>
    public EndOwner High;

    /// <summary>The first thing known of it.</summary>
    public Timestamp Start { get; set; } = start;

    /// <summary>The sequence number of its SYN; null if none passed.</summary>
    public uint? Isn { get; set; }

    /// <summary>The address its SYN went to; null if none passed.</summary>
    public Endpoint? Server { get; set; }

    /// <summary>Where the kernel keeps the socket that connected, if its connect was reported without a port; else 0.</summary>
    public ulong ConnectSocket { get; set; }

    /// <summary>When that was reported.</summary>
    public Timestamp ConnectTime { get; set; }

    /// <summary>The one that had the four-tuple before.</summary>
    public SeenConnection? Previous { get; } = previous;
}
