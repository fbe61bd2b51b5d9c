using System.Collections;
using System.Runtime.CompilerServices;

namespace TcpCapture.Findings;

/// <summary>The first <paramref name="max"/> findings of an analysis; the last finding counts the rest.</summary>
/// <param name="topic">The subject of the findings, for the count: "resets".</param>
/// <param name="max">Maximum number of findings kept.</param>
/// <param name="isTrouble">True if the findings are problems.</param>
internal sealed class FindingList(string topic, int max = FindingList.DefaultMax, bool isTrouble = false) : IEnumerable<Finding>
{
    /// <summary>Default limit: the findings of some thousand connections, a few megabytes.</summary>
    public const int DefaultMax = 4000;

    private readonly List<Finding> _kept = [];
    private long _more;

    /// <summary>Keeps or counts a finding.</summary>
    public void Add(Finding finding)
    {
        if (_kept.Count < max) _kept.Add(finding);
        else _more++;
    }

    /// <summary>Keeps or counts a finding; the text of a counted one is not built.</summary>
    public void Add(Connection? connection, long eventNumber, [InterpolatedStringHandlerArgument("")] ref FindingText text)
    {
        if (IsFull) _more++;
        else _kept.Add(new Finding(connection, eventNumber, text.ToStringAndClear()) { IsTrouble = isTrouble });
    }

    /// <summary>True if further findings are only counted.</summary>
    public bool IsFull => _kept.Count >= max;

    public IEnumerator<Finding> GetEnumerator()
    {
        foreach (var finding in _kept) yield return finding;
        if (_more == 0) yield break;
        yield return new Finding(null, 0,
            $"{_more} more {(_more == 1 ? "finding" : "findings")} about {topic} {(_more == 1 ? "is" : "are")} left out,"
            + $" after the first {max}: connections.csv has a row for each connection.");
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
