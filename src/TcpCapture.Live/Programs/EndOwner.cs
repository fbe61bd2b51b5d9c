namespace TcpCapture.Live.Programs;

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
