using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// The loopback interface of a private namespace. It can hold segments between sending and capture, so that both ends act
/// before either receives a segment of the other.
/// </summary>
/// <remarks>
/// The gate is a token bucket (<c>tc … tbf</c>) that fills at two bytes a second: frames pass while it holds tokens, and
/// the others wait in order in its queue. A change of the bucket adds tokens, but the kernel examines the queue only when
/// the next frame is sent. Therefore each change is followed by a datagram to our own socket; its arrival proves that all
/// frames before it were delivered. netem would be simpler, but many kernels lack it. The gate cannot be opened by
/// removing the queueing discipline: that would drop the frames in its queue.
/// </remarks>
internal sealed partial class HeldLink : IDisposable
{
    private const string Slow = "16bit";
    private const string Fast = "1gbit";
    private const int WideBucket = 100_000; // larger than any frame here, so that an open gate delays nothing
    private const int ClosingBucket = 300;
    private const int Spare = 4; // bytes added to each bucket because tc rounds; less than the smallest frame
    private const int EthernetHeader = 14;
    private const int UdpHeader = 8;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly PrivateNamespace _network = new();
    private readonly Socket _socket;
    private readonly int _headers;

    /// <summary>Uses the link that <see cref="Prepare"/> has set up.</summary>
    public HeldLink(IPAddress address)
    {
        _headers = EthernetHeader + (address.AddressFamily == AddressFamily.InterNetworkV6 ? 40 : 20);
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(address, 0));
        _socket.Connect(_socket.LocalEndPoint!); // to itself
    }

    /// <summary>Installs the gate, open, and raises the minimum RTO so that held segments are not retransmitted.</summary>
    public static void Prepare(PrivateNamespace network, ExchangeOptions options)
    {
        if (options.Role != ExchangeRole.Both)
            throw new ExchangeException("Only one host can hold back the segments of both ends.", remedy: Remedy.RunBothEnds);
        if (!IPAddress.IsLoopback(options.Address))
        {
            throw new ExchangeException(
                $"{options.Address} is not a loopback address, and the private namespace has only the loopback interface.",
                remedy: Remedy.UseLoopbackAddress);
        }

        var isV6 = options.Address.AddressFamily == AddressFamily.InterNetworkV6;
        if (isV6) network.Ip($"-6 route del local {options.Address} dev lo table local"); // IPv6 cannot change it in place
        network.Ip(isV6
            ? $"-6 route add local {options.Address} dev lo table local rto_min 5s"
            : $"route replace local {options.Address} dev lo table local src {options.Address} rto_min 5s");
        network.Tc("qdisc add dev lo root " + Text(Fast, WideBucket));
    }

    /// <summary>Closes the gate: from now on, all sent segments wait.</summary>
    public void Hold()
    {
        Change(Slow, ClosingBucket);
        Pass(ClosingBucket - Spare - _headers - UdpHeader); // empties the bucket
    }

    /// <summary>Waits until this many segments are held.</summary>
    /// <remarks>
    /// A FIN can be sent after close has returned: a process that another thread is just starting shares all sockets until
    /// it executes its program.
    /// </remarks>
    public void WaitHeld(int segments)
    {
        var deadline = Environment.TickCount64 + (long)Timeout.TotalMilliseconds;
        while (Held() < segments)
        {
            if (Environment.TickCount64 > deadline)
                throw new ExchangeException($"Only {Held()} of {segments} segments reached the held loopback interface (tc, tbf).");
        }
    }

    /// <summary>Delivers the first held segments, of this length in bytes with the TCP header; the answers to them are held.</summary>
    public void LetPass(int segments, int length)
    {
        Change(Slow, (segments * (_headers + length)) + _headers + UdpHeader + Spare);
        Pass(0);
    }

    public void Release()
    {
        Change(Fast, WideBucket);
        Pass(0);
    }

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
        if (!_socket.Poll(Timeout, SelectMode.SelectRead))
            throw new ExchangeException("The private namespace's loopback interface holds more frames than intended (tc, tbf).");
        _socket.Receive(new byte[length + 1]);
    }

    private static string Text(string rate, int bucket) =>
        string.Create(CultureInfo.InvariantCulture, $"tbf rate {rate} burst {bucket} limit 1000000");

    /// <summary>Matches tc's output: <c>backlog 66b 1p requeues 0</c>.</summary>
    [GeneratedRegex("backlog [0-9A-Za-z]+ (?<segments>[0-9]+)p ")]
    private static partial Regex Backlog();
}
