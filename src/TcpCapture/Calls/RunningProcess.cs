namespace TcpCapture.Calls;

/// <summary>A process of an observed program while it runs.</summary>
internal sealed class RunningProcess(ProgramProcess facts)
{
    /// <summary>What others are told of it.</summary>
    public ProgramProcess Facts { get; set; } = facts;

    /// <summary>Threads that have not ended.</summary>
    public int Threads { get; set; }

    /// <summary>What it gave exit_group(2); null if it has not.</summary>
    public int? Status { get; set; }

    /// <summary>The first deadly signal it was given; null if there was none.</summary>
    public int? Signal { get; set; }
}
