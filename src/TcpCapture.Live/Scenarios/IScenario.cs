using TcpCapture.Live.Scenarios;

namespace TcpCapture.Live;

/// <summary>
/// An experiment: what a client and a server do, and in which order. The scenarios are this library's own; they are found
/// in <see cref="ScenarioCatalog"/>.
/// </summary>
public interface IScenario
{
    /// <summary>Its name on the command line: <c>both-close</c>.</summary>
    string Name { get; }

    /// <summary>What it does, in one sentence.</summary>
    string Summary { get; }

    /// <summary>True if it needs settings changed, and so a network namespace of its own, whatever the options are.</summary>
    bool NeedsPrivateNamespace => false;

    /// <summary>True if it needs CAP_NET_ADMIN.</summary>
    bool NeedsNetAdmin => false;

    /// <summary>True if it needs a network namespace of its own when run with these options.</summary>
    bool NeedsPrivateNamespaceFor(ExchangeOptions options) => NeedsPrivateNamespace;

    /// <summary>The options it is really run with: an address may stand for another one.</summary>
    internal ExchangeOptions Adapt(ExchangeOptions options) => options;

    /// <summary>True if a server listens in it, so that address and port must be free here.</summary>
    internal bool ListensAt(ExchangeOptions options) => true;

    /// <summary>Changes what it needs changed in the private namespace, whose loopback interface is up.</summary>
    internal void Prepare(PrivateNamespace network, ExchangeOptions options)
    {
    }

    /// <summary>
    /// True if nobody answers in it, so that what the kernel throws away may say why. The kernel does not tell whose packet it
    /// was, and on a busy machine throws away many: only asked for where it is needed.
    /// </summary>
    internal bool AsksForDrops => false;

    /// <summary>What the client does.</summary>
    internal void RunClient(Actor client);

    /// <summary>What the server does.</summary>
    internal void RunServer(Actor server);
}
