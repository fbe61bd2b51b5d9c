using TcpCapture.Live.Scenarios.Scripts;

namespace TcpCapture.Live;

/// <summary>The scenarios there are.</summary>
public static class ScenarioCatalog
{
    /// <summary>All of them, in the order in which they are best read.</summary>
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new WholeExchange(), new ClientClose(), new ServerClose(), new BothClose(), new ListenerClose(), new Unreachable(),
        new Refused(), new BacklogFull(), new BacklogFullAbort(), new Killed(), new KilledUnread(), new Abort(),
        new DataAfterClose(), new HalfOpen(), new HalfClose(), new SimultaneousClose(), new SimultaneousOpen(),
    ];

    /// <summary>The scenario of that name; null if there is none.</summary>
    /// <param name="name">A name as <see cref="IScenario.Name"/> has it; case does not matter.</param>
    public static IScenario? Find(string name) =>
        All.FirstOrDefault(scenario => string.Equals(scenario.Name, name, StringComparison.OrdinalIgnoreCase));
}
