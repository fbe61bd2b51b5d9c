using System.Net;
using System.Net.NetworkInformation;
using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>The addresses of this host, in this network namespace, as they are at the first question and every second after.</summary>
internal sealed class LocalAddresses
{
    private const long MillisecondsKnown = 1000;

    private readonly Lock _gate = new();
    private HashSet<IPAddress> _addresses = [];
    private long _read = long.MinValue;

    public bool Has(Endpoint endpoint)
    {
        var address = endpoint.ToIPAddress();
        if (endpoint.IsAnyAddress || IPAddress.IsLoopback(address)) return true;
        lock (_gate)
        {
            var now = Environment.TickCount64;
            if (_read == long.MinValue || now - _read > MillisecondsKnown)
            {
                _addresses = [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(Plain)];
                _read = now;
            }

            return _addresses.Contains(address);
        }
    }

    /// <summary>Without the interface that a link-local address is said with: segments do not say it.</summary>
    private static IPAddress Plain(UnicastIPAddressInformation found) => new(found.Address.GetAddressBytes());
}
