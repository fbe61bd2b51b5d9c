using System.Net;
using System.Net.Sockets;

namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>Nobody answers.</summary>
internal sealed class Unreachable : IScenario
{
    private static readonly IPAddress Silent4 = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Silent6 = IPAddress.Parse("2001:db8::1");

    public string Name => "unreachable";

    public string Summary => "The client connects to an address nobody answers for: SYN_SENT, SYN again and again, ETIMEDOUT.";

    bool IScenario.NeedsPrivateNamespaceFor(ExchangeOptions options) =>
        IPAddress.IsLoopback(options.Address) || IsOurs(options.Address);

    /// <summary>Loopback always answers; a documentation address stands for it, on the same interface.</summary>
    ExchangeOptions IScenario.Adapt(ExchangeOptions options) =>
        !IPAddress.IsLoopback(options.Address) ? options
        : options with { Address = options.Address.AddressFamily == AddressFamily.InterNetworkV6 ? Silent6 : Silent4 };

    bool IScenario.AsksForDrops => true;

    bool IScenario.ListensAt(ExchangeOptions options) => false;

    void IScenario.Prepare(PrivateNamespace network, ExchangeOptions options)
    {
        if (!IsOurs(options.Address)) return;
        if (options.Address.Equals(Silent4))
        {
            // What comes in for an address of nobody's is dropped without a word, as this is no router.
            network.Ip("address add 192.0.2.2/32 dev lo");
            network.Ip("route add 192.0.2.1/32 dev lo src 192.0.2.2");
            return;
        }

        // IPv6 rejects such a route on loopback, so the address is a local one that a policy takes no packets for.
        network.Ip("address add 2001:db8::2/128 dev lo nodad");
        network.Ip("route add local 2001:db8::1/128 dev lo table local src 2001:db8::2");
        network.Ip("xfrm policy add src ::/0 dst 2001:db8::1/128 dir in action block");
    }

    private static bool IsOurs(IPAddress address) => address.Equals(Silent4) || address.Equals(Silent6);

    void IScenario.RunClient(Actor client)
    {
        var socket = client.Open();
        client.Expect(() => client.Connect(socket), "ETIMEDOUT", "EHOSTUNREACH");
    }

    void IScenario.RunServer(Actor server)
    {
        // There is none.
    }
}
