using TcpCapture.Programs;

namespace TcpCapture.Tests.Programs;

/// <summary>Processes below 100 are the programs', those from 900 on have ended before anybody asked.</summary>
internal sealed class KnownProcesses : IProgramProcesses
{
    /// <summary>Those that a trace told of, at the end.</summary>
    public Dictionary<int, bool> Traced { get; } = [];

    public bool? IsOurs(int processId) => processId >= 900 ? null : processId < 100;

    public bool? WasOurs(int processId) => Traced.TryGetValue(processId, out var isOurs) ? isOurs : null;
}
