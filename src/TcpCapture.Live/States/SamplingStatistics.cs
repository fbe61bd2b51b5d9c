namespace TcpCapture.Live.States;

/// <summary>What a sampling source has done. Everything that weakens its evidence is counted here.</summary>
/// <param name="Interval">The time aimed at between two rounds.</param>
/// <param name="Rounds">Full rounds over all watched ends.</param>
/// <param name="Looks">Single looks, in rounds or at newly watched ends.</param>
/// <param name="FailedSamples">Looks the system refused to answer; they are no evidence either way.</param>
/// <param name="RefusedConnections">Connections not watched because the watch list was full.</param>
/// <param name="LongestGapNanoseconds">Longest time between the begins of two rounds in a row with something to watch.</param>
/// <param name="CpuNanoseconds">CPU time of the sampling thread; null where the system does not tell.</param>
/// <param name="UnansweredOwners">Sockets whose process was asked for and not found (or could not be asked for).</param>
internal readonly record struct SamplingStatistics(
    TimeSpan Interval,
    long Rounds,
    long Looks,
    long FailedSamples,
    long RefusedConnections,
    long LongestGapNanoseconds,
    long? CpuNanoseconds,
    long UnansweredOwners);
