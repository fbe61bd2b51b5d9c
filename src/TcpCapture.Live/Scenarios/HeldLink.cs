using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// The loopback interface of a private namespace, whose segments can be held back between the socket that sent them and
/// the point where they are captured and delivered. So both ends can act before either hears of the other.
/// </summary>
/// <remarks>
/// A token bucket (<c>tc … tbf</c>) that fills at two bytes a second is a gate: what its bucket holds passes, the rest waits
/// in a queue that keeps its order. Changing the bucket puts new tokens in but does not look at the queue; the next packet
/// sent makes it do so, so each change is followed by a datagram to a socket of our own, whose arrival also proves that
/// all before it has been delivered. (netem would need no such care, but many kernels are without it. A queueing
/// discipline may not be removed to open the gate: what waits in it would be lost.)
/// </remarks>
internal sealed partial class HeldLink : IDisposable
{
    private const string Shape = "tbf rate {0} burst {1} limit 1000000";
    private const string Slow = "16bit";
    private const string Fast = "1gbit";

    /// <summary>More than any packet here has, so that an open gate holds nothing up.</summary>
    private const int WideBucket = 100_000;

    private const int ClosingBucket = 300;

    /// <summary>Bytes a bucket is larger than what is to pass, because tc rounds: less than the smallest packet has.</summary>
    private const int Spare = 4;

    private const int EthernetHeader = 14;
    private const int UdpHeader = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly PrivateNamespace _network = new();
    private readonly Socket _socket;
    private readonly int _headers;

    /// <summary>Takes hold of the link that <see cref="Prepare"/> has made ready.</summary>
    /// <param name="address">The address all traffic goes from and to.</param>
    public HeldLink(IPAddress address)
    {
        _headers = EthernetHeader + (address.AddressFamily == AddressFamily.InterNetworkV6 ? 40 : 20);
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(address, 0));
        _socket.Connect(_socket.LocalEndPoint!); // to itself
    }

    /// <summary>Puts the gate there, open, and keeps TCP from sending again what is only held back.</summary>
    /// <exception cref="TcpCaptureException">The namespace has no such link, or this kernel no such gate.</exception>
    public static void Prepare(PrivateNamespace network, ExchangeOptions options)
    {
        if (options.Role != ExchangeRole.Both)
            throw new ExchangeException("Only one host can hold back the segments of both ends.", remedy: Remedy.RunBothEnds);
        if (!IPAddress.IsLoopback(options.Address))
        {
            throw new ExchangeException(
                $"{options.Address} is no address of a namespace that has only loopback.", remedy: Remedy.UseLoopbackAddress);
        }

        var isV6 = options.Address.AddressFamily == AddressFamily.InterNetworkV6;
        if (isV6) network.Ip($"-6 route del local {options.Address} dev lo table local"); // IPv6 cannot change it in place
        network.Ip(isV6
            ? $"-6 route add local {options.Address} dev lo table local rto_min 5s"
            : $"route replace local {options.Address} dev lo table local src {options.Address} rto_min 5s");
        network.Tc("qdisc add dev lo root " + Text(Fast, WideBucket));
    }

    /// <summary>From now on everything sent waits.</summary>
    public void Hold()
    {
        Change(Slow, ClosingBucket);
        Pass(ClosingBucket - Spare - _headers - UdpHeader); // empties the bucket
    }

    /// <summary>
    /// Waits until so many segments are held: a close that has returned need not have sent its FIN yet, for a process that
    /// is just being started by another thread shares every socket until it runs its program.
    /// </summary>
    /// <exception cref="TcpCaptureException">They did not come.</exception>
    public void WaitHeld(int segments)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (Held() < segments)
        {
            if (Environment.TickCount64 > deadline)
                throw new ExchangeException($"Only {Held()} of {segments} segments came to the held loopback interface (tc, tbf).");
        }
    }

    /// <summary>Lets the first few of the segments that wait pass and be delivered; what answers them waits.</summary>
    /// <param name="segments">How many.</param>
    /// <param name="length">Bytes of each from the TCP header on: all have the same.</param>
    public void LetPass(int segments, int length)
    {
        Change(Slow, (segments * (_headers + length)) + _headers + UdpHeader + Spare);
        Pass(0);
    }

    /// <summary>Lets everything pass from now on.</summary>
    public void Release()
    {
        Change(Fast, WideBucket);
        Pass(0);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Change(string rate, int bucket) => _network.Tc("qdisc change dev lo root " + Text(rate, bucket));

    private int Held()
    {
        var printed = Backlog().Match(_network.Tc("-s qdisc show dev lo")).Groups["segments"].ValueSpan;
        return int.TryParse(printed, NumberStyles.None, CultureInfo.InvariantCulture, out var held) ? held : 0;
    }

    private void Pass(int length)
    {
        _socket.Send(new byte[length]);
        if (!_socket.Poll(Patience, SelectMode.SelectRead))
            throw new ExchangeException("The private namespace's loopback interface holds back more than it was told to (tc, tbf).");
        _socket.Receive(new byte[length + 1]);
    }

    private static string Text(string rate, int bucket) =>
        string.Format(CultureInfo.InvariantCulture, Shape, rate, bucket);

    /// <summary>As tc prints it: <c>backlog 66b 1p requeues 0</c>.</summary>
    [GeneratedRegex("backlog [0-9A-Za-z]+ (?<segments>[0-9]+)p ")]
    private static partial Regex Backlog();
}
