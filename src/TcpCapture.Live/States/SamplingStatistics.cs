namespace TcpCapture.Live.States;

/// <summary>Counters of a sampling source, with everything that weakens its evidence.</summary>
/// <param name="Interval">The intended time between two rounds.</param>
/// <param name="Rounds">Full rounds over all watched sockets.</param>
/// <param name="Samples">Samples of single sockets, in rounds or of newly watched sockets.</param>
/// <param name="FailedSamples">Samples that the system refused: no evidence either way.</param>
/// <param name="RefusedConnections">Connections not watched because the watch list was full.</param>
/// <param name="LongestGapNanoseconds">Longest time between the starts of two consecutive rounds with something to watch.</param>
/// <param name="CpuNanoseconds">CPU time of the sampling thread; null where the system has none.</param>
/// <param name="UnansweredOwners">Sockets whose owner was not found, or not searched for because the queue was full.</param>
internal readonly record struct SamplingStatistics(
    TimeSpan Interval,
    long Rounds,
    long Samples,
    long FailedSamples,
    long RefusedConnections,
    long LongestGapNanoseconds,
    long? CpuNanoseconds,
    long UnansweredOwners);
