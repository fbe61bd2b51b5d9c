using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>A connection of a four-tuple, and the owners of its ends.</summary>
internal sealed class SeenConnection(Timestamp start, SeenConnection? previous)
{
    public EndOwner Low; // the owner of the end with the lower address, by CompareTo
    public EndOwner High; // the owner of the other end

    public Timestamp Start { get; set; } = start; // the time of the first segment or evidence
    public uint? Isn { get; set; } // the client's ISN; null if no SYN was captured
    public Endpoint? Server { get; set; } // the destination of the SYN; null if no SYN was captured
    public ulong ConnectSocket { get; set; } // the kernel address of the client's socket, if the event of its connect had no port; else 0
    public Timestamp ConnectTime { get; set; } // the time of that event
    public SeenConnection? Previous { get; } = previous; // the previous connection of the four-tuple
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
    public int ProcessId; // the process that opened or holds the socket, or one of its threads; 0 if unknown
    public bool? IsOurs; // true if the process is one of the programs; null if unknown

    /// <summary>Updates the owner. An end of the programs stays theirs, even if they pass the socket to another process.</summary>
    public void Learn(EndOwner found)
    {
        if (IsOurs == true || found.ProcessId <= 0) return;
        if (ProcessId == 0 || found.IsOurs is not null) this = found;
    }
}
