using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>
/// A blocking TCP socket whose calls are logged: each is observed when it begins and when it has returned, under the name
/// of the system call it makes. Nothing is called that was not asked for, with one exception that .NET makes:
/// <see cref="Bind"/> sets SO_REUSEADDR first, so that a port in TIME_WAIT can be bound again. A call that fails throws
/// <see cref="SocketCallException"/>.
/// </summary>
/// <remarks>
/// One thread at a time may use a socket. <see cref="Dispose"/> may come from another thread: it ends a pending call.
/// </remarks>
public sealed class LoggedSocket : IDisposable
{
    /// <summary>What connect on a non-blocking socket returns after it has sent its SYN.</summary>
    internal const string InProgress = "EINPROGRESS";

    private readonly CallLog _log;
    private readonly Socket _socket;

    private LoggedSocket(CallLog log, Side side, int number, Socket socket)
    {
        _log = log;
        _socket = socket;
        Side = side;
        Number = number;
    }

    /// <summary>Number of the socket, from 1, unique in a recording.</summary>
    public int Number { get; }

    /// <summary>The program it belongs to.</summary>
    public Side Side { get; }

    /// <summary>Its own address, once known: after bind, connect or accept.</summary>
    public Endpoint? Local { get; private set; }

    /// <summary>The peer's address, once known.</summary>
    public Endpoint? Remote { get; private set; }

    /// <summary>Bytes that were handed to the kernel by <see cref="Send"/>.</summary>
    internal long BytesSent { get; private set; }

    /// <summary>True once the sending direction was closed, by shutdown or close.</summary>
    internal bool SendingClosed { get; private set; }

    /// <summary>True once <see cref="Close"/> was called.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>The connection seen from this end; only for a connected socket.</summary>
    internal FourTuple FourTuple => new(
        Local ?? throw new InvalidOperationException($"Socket {Number} has no address yet."),
        Remote ?? throw new InvalidOperationException($"Socket {Number} is not connected."));

    /// <summary>Makes a TCP socket: <c>socket</c>.</summary>
    internal static LoggedSocket Open(CallLog log, Side side, AddressFamily family)
    {
        var number = log.NextSocket();
        var arguments = family == AddressFamily.InterNetworkV6 ? "AF_INET6" : "AF_INET";
        var begun = log.Begin(side, number, "socket", arguments);
        try
        {
            var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            log.Return(begun, number, null, null, null);
            return new LoggedSocket(log, side, number, socket);
        }
        catch (SocketException error)
        {
            throw Failed(log, begun, error, null, null);
        }
    }

    /// <summary>Gives the socket its address: <c>bind</c>.</summary>
    public void Bind(IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Call("bind", address.ToString(), () =>
        {
            _socket.Bind(address);
            Local = AddressOf(_socket.LocalEndPoint);
            return 0;
        });
    }

    /// <summary>Makes it a listening socket: <c>listen</c>.</summary>
    /// <param name="backlog">Limit of the accept queue; Linux holds one connection more.</param>
    public void Listen(int backlog) => Call("listen", Text(backlog), () =>
    {
        _socket.Listen(backlog);
        return 0;
    });

    /// <summary>Takes a connection from the accept queue, waiting for one if it is empty: <c>accept</c>.</summary>
    /// <returns>The connected socket; its number is the logged result.</returns>
    public LoggedSocket Accept()
    {
        var begun = _log.Begin(Side, Number, "accept", "", Local);
        try
        {
            var connected = _socket.Accept();
            var accepted = new LoggedSocket(_log, Side, _log.NextSocket(), connected)
            {
                Local = AddressOf(connected.LocalEndPoint),
                Remote = AddressOf(connected.RemoteEndPoint),
            };
            _log.Return(begun, accepted.Number, null, accepted.Local, accepted.Remote);
            return accepted;
        }
        catch (SocketException error)
        {
            throw Failed(_log, begun, error, Local, null);
        }
    }

    /// <summary>Opens a connection and waits until it is established: <c>connect</c>.</summary>
    public void Connect(IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Remote = Endpoint.From(address);
        Call("connect", address.ToString(), () =>
        {
            _socket.Connect(address);
            Local = AddressOf(_socket.LocalEndPoint);
            return 0;
        });
    }

    /// <summary>
    /// Sends a SYN and does not wait: <c>connect</c> on a non-blocking socket, which returns -1 and EINPROGRESS.
    /// <see cref="FinishConnect"/> comes next, once <see cref="WaitWritable"/> says so.
    /// </summary>
    internal void StartConnect(IPEndPoint address)
    {
        _socket.Blocking = false;
        Remote = Endpoint.From(address);
        var begun = _log.Begin(Side, Number, "connect", address.ToString(), Local, Remote);
        try
        {
            _socket.Connect(address);
            _log.Return(begun, 0, null, Local, Remote);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            _log.Return(begun, -1, InProgress, Local, Remote); // .NET has another name for it
        }
        catch (SocketException error)
        {
            throw Failed(_log, begun, error, Local, Remote);
        }
    }

    /// <summary>Asks how the connect that was started has ended, and makes the socket a blocking one: <c>getsockopt</c>.</summary>
    internal void FinishConnect() => Call("getsockopt", "SOL_SOCKET, SO_ERROR", () =>
    {
        var error = (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error != SocketError.Success) throw new SocketException((int)error);
        _socket.Blocking = true;
        return 0;
    });

    /// <summary>Sends bytes, waiting while the send buffer is full: <c>send</c>.</summary>
    /// <returns>The number of bytes the kernel took.</returns>
    public int Send(ReadOnlyMemory<byte> bytes) => (int)Call(
        "send",
        string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes"),
        () =>
        {
            var taken = _socket.Send(bytes.Span);
            BytesSent += taken;
            return taken;
        });

    /// <summary>Receives bytes, waiting for some: <c>recv</c>.</summary>
    /// <returns>The number of bytes received; 0 when the peer has closed its direction.</returns>
    public int Receive(Memory<byte> buffer) => (int)Call("recv", Text(buffer.Length), () => _socket.Receive(buffer.Span));

    /// <summary>Closes one direction or both and keeps the socket: <c>shutdown</c>.</summary>
    public void Shutdown(SocketShutdown how)
    {
        var name = how switch
        {
            SocketShutdown.Receive => "SHUT_RD",
            SocketShutdown.Send => "SHUT_WR",
            _ => "SHUT_RDWR",
        };
        Call("shutdown", name, () =>
        {
            _socket.Shutdown(how);
            SendingClosed |= how != SocketShutdown.Receive;
            return 0;
        });
    }

    /// <summary>Sets SO_LINGER: <c>setsockopt</c>. On with 0 seconds, a close discards unsent data and sends an RST.</summary>
    public void SetLinger(bool on, int seconds)
    {
        var value = string.Create(CultureInfo.InvariantCulture, $"{{{(on ? "on" : "off")}, {seconds} s}}");
        Call("setsockopt", $"SOL_SOCKET, SO_LINGER, {value}", () =>
        {
            _socket.LingerState = new LingerOption(on, seconds);
            return 0;
        });
    }

    /// <summary>Sets an option of TCP by the kernel's own number: <c>setsockopt</c> at level IPPROTO_TCP.</summary>
    /// <param name="option">The option's number.</param>
    /// <param name="name">The option's name, for the log.</param>
    /// <param name="value">The value.</param>
    public void SetTcpOption(int option, string name, int value) => Call(
        "setsockopt", string.Create(CultureInfo.InvariantCulture, $"IPPROTO_TCP, {name}, {value}"), () =>
        {
            _socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, option, BitConverter.GetBytes(value));
            return 0;
        });

    /// <summary>Closes the socket: <c>close</c>.</summary>
    public void Close() => Call("close", "", () =>
    {
        IsClosed = true;
        SendingClosed = true;
        _socket.Dispose();
        return 0;
    });

    /// <summary>Closes the socket without logging it, if it is still open; a call pending on another thread ends.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>
    /// Clean-up after the observation: closes without logging and at once, by RST where a connection is left, so that no
    /// FIN's delayed acknowledgement and no TIME_WAIT reach into the next observation of the same port.
    /// </summary>
    internal void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed already, or never connected: then there is no connection to end, and Dispose below suffices.
            _ = error;
        }

        _socket.Dispose();
    }

    /// <summary>Waits until a connect that was started has ended; false when the time is over.</summary>
    internal bool WaitWritable(TimeSpan timeout) => _socket.Poll(timeout, SelectMode.SelectWrite);

    /// <summary>Waits until a receive or accept would not block; false when the time is over.</summary>
    internal bool WaitReadable(TimeSpan timeout) => _socket.Poll(timeout, SelectMode.SelectRead);

    /// <summary>Hands the socket over to a process of its own; this process keeps no copy of it.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The process could not be started.</exception>
    internal SocketHolder HandOver()
    {
        var begun = _log.Begin(Side, Number, "fork", "the child inherits the socket", Local, Remote);
        var holder = SocketHolder.Start(_log, this, _socket.SafeHandle);
        _log.Return(begun, holder.ProcessId, null, Local, Remote);
        _socket.Dispose();
        return holder;
    }

    private static Endpoint? AddressOf(EndPoint? address) => address is IPEndPoint ip ? Endpoint.From(ip) : null;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static SocketCallException Failed(
        CallLog log, SocketCall begun, SocketException error, Endpoint? local, Endpoint? remote) =>
        new(log.Return(begun, -1, Errno.NameOf(error), local, remote), error);

    private long Call(string name, string arguments, Func<long> call)
    {
        var begun = _log.Begin(Side, Number, name, arguments, Local, Remote);
        try
        {
            var result = call();
            _log.Return(begun, result, null, Local, Remote);
            return result;
        }
        catch (SocketException error)
        {
            throw Failed(_log, begun, error, Local, Remote);
        }
    }
}
