using System.Net;
using System.Net.NetworkInformation;
using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>The addresses of this network namespace, read again after a second.</summary>
internal sealed class LocalAddresses
{
    private const long MillisecondsKnown = 1000;

    private readonly Lock _gate = new();
    private HashSet<IPAddress> _addresses = [];
    private long _read = long.MinValue;

    /// <summary>Reads the addresses, without the scope of link-local ones, because segments do not contain it.</summary>
    public static HashSet<IPAddress> Read() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces().SelectMany(found => found.GetIPProperties().UnicastAddresses)
            .Select(found => new IPAddress(found.Address.GetAddressBytes())),
    ];

    public bool Has(Endpoint endpoint)
    {
        var address = endpoint.ToIPAddress();
        if (endpoint.IsAnyAddress || IPAddress.IsLoopback(address)) return true;
        lock (_gate)
        {
            var now = Environment.TickCount64;
            if (_read == long.MinValue || now - _read > MillisecondsKnown)
            {
                _addresses = Read();
                _read = now;
            }

            return _addresses.Contains(address);
        }
    }
}
