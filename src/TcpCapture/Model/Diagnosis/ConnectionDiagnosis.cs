using TcpCapture.Model;

namespace TcpCapture;

/// <summary>What went wrong with a connection, and how that is known.</summary>
public sealed record ConnectionDiagnosis
{
    internal static ConnectionDiagnosis NotYet { get; } = new() { Outcome = ConnectionOutcome.Open, Summary = "open" };

    /// <summary>How it ended.</summary>
    public required ConnectionOutcome Outcome { get; init; }

    /// <summary>Why; <see cref="Cause.None"/> if nothing went wrong.</summary>
    public Cause Cause { get; init; }

    /// <summary>How reliable <see cref="Cause"/> is.</summary>
    public Confidence Confidence { get; init; }

    /// <summary>Causes that the evidence does not exclude, most likely first.</summary>
    public IReadOnlyList<Cause> AlsoPossible { get; init; } = [];

    /// <summary>Numbers of the frames on which it rests.</summary>
    public IReadOnlyList<long> Frames { get; init; } = [];

    /// <summary>How it ended, in a few words: <c>closed, client first</c>, <c>reset by server: unread-data</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>What happened, in one sentence; empty if nothing went wrong.</summary>
    public string What { get; init; } = "";

    /// <summary>Why that is concluded; empty if nothing went wrong.</summary>
    public string Why { get; init; } = "";

    /// <summary>What would settle an open question; empty for none.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>What is unusual without being a failure, one sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The end that sent the RST that ended it; null for none.</summary>
    public Side? ResetBy { get; init; }

    /// <summary>The kernel's reason for that RST (<c>include/net/rstreason.h</c>); null if it was not traced.</summary>
    public string? KernelReason { get; init; }

    /// <summary>Number of the event that shows it, or 0.</summary>
    public long Event { get; init; }

    /// <summary>True if something failed: neither a normal end nor a probe.</summary>
    public bool IsFailure => Cause is not (Cause.None or Cause.Probe);

    /// <summary>What, why and the next step in one paragraph; empty if nothing went wrong.</summary>
    public override string ToString() => string.Join(' ', new[] { What, Why, NextStep }.Where(part => part.Length > 0));
}
