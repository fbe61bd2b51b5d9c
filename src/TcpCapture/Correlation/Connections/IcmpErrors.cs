using TcpCapture.Model;

namespace TcpCapture.Correlation.Connections;

/// <summary>The ICMP errors that quote segments of a connection: the first few, and counts of all.</summary>
internal sealed class IcmpErrors
{
    /// <summary>The maximum of errors kept, so that a flood needs no memory.</summary>
    public const int MaxKept = 4;

    private readonly List<IcmpReport> _kept = new(1);

    /// <summary>The first errors whose quote is not refuted, oldest first.</summary>
    public IReadOnlyList<IcmpReport> Kept => _kept;

    /// <summary>Number of errors whose quote is not refuted, kept or not.</summary>
    public long Count { get; private set; }

    /// <summary>The latest of them.</summary>
    public IcmpReport? Last { get; private set; }

    /// <summary>The lowest MTU in them, in bytes; 0 for none.</summary>
    public int LowestMtu { get; private set; }

    /// <summary>Number of errors that quote a sequence number not in flight: late, or forged. They prove nothing.</summary>
    public long Mismatches { get; private set; }

    /// <summary>The first of those.</summary>
    public IcmpReport? FirstMismatch { get; private set; }

    public void Add(IcmpReport report)
    {
        if (report.IsInFlight == false)
        {
            Mismatches++;
            FirstMismatch ??= report;
            return;
        }

        Count++;
        Last = report;
        if (report.Error.Mtu > 0 && (LowestMtu == 0 || report.Error.Mtu < LowestMtu)) LowestMtu = report.Error.Mtu;
        if (_kept.Count < MaxKept) _kept.Add(report);
    }
}

/// <summary>An ICMP error and its event.</summary>
internal sealed record IcmpReport
{
    public required IcmpError Error { get; init; }

    /// <summary>Number of its event.</summary>
    public required long Event { get; init; }

    /// <summary>Number of its frame.</summary>
    public required long Frame { get; init; }

    /// <summary>The host of a merged recording that captured it, 0 or 1.</summary>
    public int Host { get; init; }

    /// <summary>The end whose segment is quoted, if there is a connection.</summary>
    public Side Side { get; init; }

    /// <summary>Event of the quoted segment; 0 if unknown. Data is known only if the connection's segments have rows.</summary>
    public long QuotedEvent { get; init; }

    /// <summary>
    /// True if the quoted sequence number was in flight (RFC 5927 section 4.1); false proves nothing; null if that is unknown.
    /// </summary>
    public bool? IsInFlight { get; init; }
}
