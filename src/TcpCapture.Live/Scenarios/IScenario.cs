using TcpCapture.Live.Scenarios.Scripts;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// The script of a scenario: the actions of a client and a server, in a fixed order. <see cref="ScenarioCatalog"/> lists all
/// scripts.
/// </summary>
internal interface IScenario
{
    /// <summary>The name, such as <c>both-close</c>.</summary>
    string Name { get; }

    /// <summary>A one-sentence description.</summary>
    string Summary { get; }

    /// <summary>True if the scenario changes settings, so that it always needs its own network namespace.</summary>
    bool NeedsPrivateNamespace => false;

    /// <summary>True if the scenario needs CAP_NET_ADMIN.</summary>
    bool NeedsNetAdmin => false;

    /// <summary>True if the scenario needs its own network namespace with these options.</summary>
    bool NeedsPrivateNamespaceFor(ExchangeOptions options) => NeedsPrivateNamespace;

    /// <summary>Returns the effective options: a scenario may replace the address.</summary>
    ExchangeOptions Adapt(ExchangeOptions options) => options;

    /// <summary>True if the server binds the address, which must then be free.</summary>
    bool ListensAt(ExchangeOptions options) => true;

    /// <summary>Changes routes and settings of the private namespace; its loopback interface is up.</summary>
    void Prepare(PrivateNamespace network, ExchangeOptions options)
    {
    }

    /// <summary>True if the kernel's packet drops are recorded, because they can explain why there is no answer.</summary>
    /// <remarks>Not by default: the kernel does not report the connection of a drop, and busy machines have many drops.</remarks>
    bool RecordsDrops => false;

    void RunClient(Actor client);

    /// <summary>Runs the server's script; a scenario may have no server.</summary>
    void RunServer(Actor server)
    {
    }
}

/// <summary>All scenarios.</summary>
internal static class ScenarioCatalog
{
    /// <summary>All scenarios, in recommended reading order.</summary>
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new WholeExchange(), new ClientClose(), new ServerClose(), new BothClose(), new ListenerClose(), new Unreachable(),
        new Refused(), new BacklogFull(), new BacklogFullAbort(), new Killed(), new KilledUnread(), new Abort(),
        new DataAfterClose(), new HalfOpen(), new HalfClose(), new SimultaneousClose(), new SimultaneousOpen(),
    ];

    /// <summary>Finds a scenario by its <see cref="IScenario.Name"/>, in any case; null if there is none.</summary>
    public static IScenario? Find(string name) =>
        All.FirstOrDefault(scenario => string.Equals(scenario.Name, name, StringComparison.OrdinalIgnoreCase));
}
