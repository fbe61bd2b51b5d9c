using System.Collections;
using System.Runtime.CompilerServices;

namespace TcpCapture.Findings;

/// <summary>
/// The findings of one analysis, and no more than memory may hold: of a recording of many connections the first are kept in
/// words, the rest counted, and the count is the last finding.
/// </summary>
/// <param name="topic">What they are about, as the count names it: "resets".</param>
/// <param name="most">How many are kept.</param>
/// <param name="isTrouble">They are about what went wrong.</param>
internal sealed class FindingList(string topic, int most = FindingList.Usual, bool isTrouble = false) : IEnumerable<Finding>
{
    /// <summary>How many an analysis keeps: some thousand connections' worth, and a few megabytes.</summary>
    public const int Usual = 4000;

    private readonly List<Finding> _kept = [];
    private long _more;

    /// <summary>Keeps a finding, or counts it.</summary>
    public void Add(Finding finding)
    {
        if (_kept.Count < most) _kept.Add(finding);
        else _more++;
    }

    /// <summary>Keeps a finding, or counts it: then its text is not even put together.</summary>
    /// <param name="connection">The connection it is about.</param>
    /// <param name="eventNumber">The event it rests on, or 0.</param>
    /// <param name="text">What was found.</param>
    public void Add(Connection? connection, long eventNumber, [InterpolatedStringHandlerArgument("")] ref FindingText text)
    {
        if (IsFull) _more++;
        else _kept.Add(new Finding(connection, eventNumber, text.ToStringAndClear()) { IsTrouble = isTrouble });
    }

    /// <summary>True if what comes is only counted.</summary>
    public bool IsFull => _kept.Count >= most;

    public IEnumerator<Finding> GetEnumerator()
    {
        foreach (var finding in _kept) yield return finding;
        if (_more == 0) yield break;
        yield return new Finding(null, 0,
            $"{_more} more {(_more == 1 ? "finding" : "findings")} about {topic} {(_more == 1 ? "is" : "are")} left out, after the first {most}: connections.csv has a row for each connection.");
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
