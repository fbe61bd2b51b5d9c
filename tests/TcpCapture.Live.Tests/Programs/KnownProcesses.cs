using TcpCapture.Live.Programs;

namespace TcpCapture.Live.Tests.Programs;

/// <summary>Processes below 100 are the programs; those from 900 on have ended before they were looked up.</summary>
internal sealed class KnownProcesses : IProgramProcesses
{
    /// <summary>The processes that the trace contains at the end.</summary>
    public Dictionary<int, bool> Traced { get; } = [];

    public bool? IsOurs(int task) => task >= 900 ? null : task < 100;

    public bool? WasOurs(int task) => Traced.TryGetValue(task, out var isOurs) ? isOurs : null;

    public string? NameOf(int process) => process < 100 ? "a program" : null;
}
