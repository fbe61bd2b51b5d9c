using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>Puts failures first, groups what is alike, and says in one line what went well.</summary>
internal static class FindingOrder
{
    /// <summary>So few connections are described one by one, also those that went well.</summary>
    public const int FewConnections = 3;

    /// <summary>So many chosen connections are described one by one.</summary>
    public const int MaxChosen = 20;

    /// <summary>So many findings that differ only in numbers are printed one by one.</summary>
    private const int MaxAlike = 3;

    /// <summary>Arranges the findings about a timeline.</summary>
    /// <param name="findings">The findings, in the order in which the analyses have them.</param>
    /// <param name="totals">All connections.</param>
    /// <param name="isChosen">True for the number of a connection that the user chose; null if none was.</param>
    public static Finding[] Arrange(IEnumerable<Finding> findings, ConnectionTotals totals, Predicate<int>? isChosen)
    {
        var isFew = totals.Connections <= FewConnections;
        var kept = new List<Finding>();
        var alike = new List<Finding>();
        foreach (var finding in findings)
        {
            var isChosenOne = finding.Connection is { } connection && isChosen?.Invoke(connection.Number) == true;
            if (finding.Rank == FindingRank.Course && !isFew && !isChosenOne) continue;
            if (finding is { Rank: FindingRank.Unusual, Connection: not null } && !isFew && !isChosenOne) alike.Add(finding);
            else kept.Add(finding);
        }

        foreach (var group in FindingGroup.Of(alike, MaxAlike)) kept.AddRange(group.Findings);
        if (!isFew && Normal(totals) is { } normal) kept.Add(new Finding(null, 0, normal) { Rank = FindingRank.Normal });
        return [.. kept.OrderBy(finding => finding.Rank).ThenBy(OrderInRank)];
    }

    /// <summary>What went well, in one line: <c>299 connections closed normally, 1 open at the end.</c></summary>
    public static string? Normal(ConnectionTotals totals)
    {
        var parts = new List<string>();
        if (totals.ClosedNormally > 0) parts.Add($"{Count(totals.ClosedNormally)} closed normally");
        if (totals.OpenAtEnd > 0)
        {
            var open = parts.Count == 0 ? Count(totals.OpenAtEnd) : PlainText.Number(totals.OpenAtEnd);
            parts.Add($"{open} open at the end, without trouble");
        }

        return parts.Count == 0 ? null : string.Join(", ", parts) + ".";
    }

    private static string Count(long count) => $"{PlainText.Number(count)} {(count == 1 ? "connection" : "connections")}";

    /// <summary>Failures keep the order of their groups; other findings are ordered by connection.</summary>
    private static int OrderInRank(Finding finding) =>
        finding.Rank is FindingRank.Failure or FindingRank.Limit ? 0 : finding.Connection?.Number ?? int.MaxValue;
}
