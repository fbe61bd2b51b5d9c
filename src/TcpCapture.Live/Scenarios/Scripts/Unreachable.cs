using System.Net;
using System.Net.Sockets;

namespace TcpCapture.Live.Scenarios.Scripts;

internal sealed class Unreachable() : Script(
    "unreachable", "The client connects to an address that does not answer: SYN_SENT, SYN retransmissions, ETIMEDOUT."), IScenario
{
    private static readonly IPAddress Silent4 = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Silent6 = IPAddress.Parse("2001:db8::1");

    bool IScenario.NeedsPrivateNamespaceFor(ExchangeOptions options) =>
        IPAddress.IsLoopback(options.Address) || IsSilent(options.Address);

    /// <summary>Replaces a loopback address, which always answers, by a documentation address on the same interface.</summary>
    ExchangeOptions IScenario.Adapt(ExchangeOptions options) =>
        !IPAddress.IsLoopback(options.Address) ? options
        : options with { Address = options.Address.AddressFamily == AddressFamily.InterNetworkV6 ? Silent6 : Silent4 };

    bool IScenario.RecordsDrops => true;
    bool IScenario.ListensAt(ExchangeOptions options) => false;

    void IScenario.Prepare(PrivateNamespace network, ExchangeOptions options)
    {
        if (!IsSilent(options.Address)) return;
        if (options.Address.Equals(Silent4))
        {
            // The namespace does not forward, so it silently drops packets to an address that is not its own.
            network.Ip("address add 192.0.2.2/32 dev lo");
            network.Ip("route add 192.0.2.1/32 dev lo src 192.0.2.2");
            return;
        }

        // IPv6 rejects such a route on loopback, so the address is local and a policy blocks its packets.
        network.Ip("address add 2001:db8::2/128 dev lo nodad");
        network.Ip("route add local 2001:db8::1/128 dev lo table local src 2001:db8::2");
        network.Ip("xfrm policy add src ::/0 dst 2001:db8::1/128 dir in action block");
    }

    private static bool IsSilent(IPAddress address) => address.Equals(Silent4) || address.Equals(Silent6);

    void IScenario.RunClient(Actor client)
    {
        var socket = client.Open();
        client.Expect(() => client.Connect(socket), "ETIMEDOUT", "EHOSTUNREACH");
    }
}
