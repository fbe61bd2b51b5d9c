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

/// <summary>A listening socket, from a moment on.</summary>
/// <param name="Local">Its address.</param>
/// <param name="Since">When it was first known.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Name">The process's name; null where not known.</param>
internal sealed record SeenListener(Endpoint Local, Timestamp Since, EndOwner Owner, string? Name)
{
    /// <summary>True if a SYN to the address would come to it: a listener on :: most often takes IPv4, too.</summary>
    public bool Takes(Endpoint server) =>
        Local == server || (Local.Port == server.Port && Local.IsAnyAddress && (Local.IsV6 || !server.IsV6));
}

/// <summary>Whose one end of a connection is.</summary>
internal struct EndOwner
{
    /// <summary>The process that opened it, or holds it, or a thread of that; 0 if none was found.</summary>
    public int ProcessId;

    /// <summary>Whether it is one of the programs; null where not known.</summary>
    public bool? IsOurs;

    /// <summary>Takes what was found. That an end is ours is not unlearned: a socket may be handed on.</summary>
    public void Learn(EndOwner found)
    {
        if (IsOurs == true || found.ProcessId <= 0) return;
        if (ProcessId == 0 || found.IsOurs is not null) this = found;
    }
}
