namespace TcpCapture.Live.Calls.Records;

/// <summary>What a trace of programs' calls has done, and what it may have missed.</summary>
/// <param name="Records">Records of the kernel that were read, those that led to no call included.</param>
/// <param name="Calls">Calls delivered, each counted once.</param>
/// <param name="Lost">Records the kernel overwrote before they were read, or that made no sense.</param>
/// <param name="CpuNanoseconds">CPU time of the reading thread; 0 until it has ended.</param>
/// <param name="Incomplete">
/// Why calls may be missing or belong to another socket than is said: one line without a full stop. Null as long as nothing
/// is known to be missing, so that the lack of a call proves something.
/// </param>
internal sealed record CallTraceStatistics(long Records, long Calls, long Lost, long CpuNanoseconds, string? Incomplete);
