using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>A connection of a four-tuple, and the owners of its ends.</summary>
internal sealed class SeenConnection(Timestamp start, SeenConnection? previous)
{
    /// <summary>The owner of the end with the lower address, by <see cref="Endpoint.CompareTo"/>.</summary>
    public EndOwner Low;

    /// <summary>The owner of the other end.</summary>
    public EndOwner High;

    /// <summary>The time of the first segment or evidence.</summary>
    public Timestamp Start { get; set; } = start;

    /// <summary>The client's ISN; null if no SYN was captured.</summary>
    public uint? Isn { get; set; }

    /// <summary>The destination of the SYN; null if no SYN was captured.</summary>
    public Endpoint? Server { get; set; }

    /// <summary>The kernel address of the client's socket, if the event of its connect had no port; else 0.</summary>
    public ulong ConnectSocket { get; set; }

    /// <summary>The time of that event.</summary>
    public Timestamp ConnectTime { get; set; }

    /// <summary>The previous connection of the four-tuple.</summary>
    public SeenConnection? Previous { get; } = previous;
}

/// <summary>A listener, from a time on.</summary>
internal sealed record SeenListener(Endpoint Local, Timestamp Since, EndOwner Owner, string? Name)
{
    /// <summary>True if the listener receives SYNs to this address. A listener on :: usually accepts IPv4, too.</summary>
    public bool Accepts(Endpoint server) =>
        Local == server || (Local.Port == server.Port && Local.IsAnyAddress && (Local.IsV6 || !server.IsV6));
}

/// <summary>The owner of one end of a connection.</summary>
internal struct EndOwner
{
    /// <summary>The process that opened or holds the socket, or one of its threads; 0 if unknown.</summary>
    public int ProcessId;

    /// <summary>True if the process is one of the programs; null if unknown.</summary>
    public bool? IsOurs;

    /// <summary>Updates the owner. An end of the programs stays theirs, even if they pass the socket to another process.</summary>
    public void Learn(EndOwner found)
    {
        if (IsOurs == true || found.ProcessId <= 0) return;
        if (ProcessId == 0 || found.IsOurs is not null) this = found;
    }
}
