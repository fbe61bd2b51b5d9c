using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>A blocking TCP socket that logs each call when it begins and when it returns, under its system call's name.</summary>
/// <remarks>
/// A failed call throws a <see cref="SocketException"/> whose message has the call and the errno. The socket makes no other
/// system calls, except that .NET sets SO_REUSEADDR in <see cref="Bind"/>, so that a port in TIME_WAIT can be bound again. Only
/// one thread at a time may use a socket, but any thread may call <see cref="Dispose"/>, which ends a pending call.
/// </remarks>
public sealed class LoggedSocket : IDisposable
{
    /// <summary>The error of connect on a non-blocking socket after it has sent its SYN.</summary>
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

    /// <summary>The number of the socket, from 1, unique in a recording.</summary>
    public int Number { get; }

    /// <summary>The program that uses the socket.</summary>
    public Side Side { get; }

    /// <summary>The local address; null before bind, connect or accept.</summary>
    public Endpoint? Local { get; private set; }

    /// <summary>The peer's address; null if unknown.</summary>
    public Endpoint? Remote { get; private set; }

    /// <summary>The bytes that the kernel accepted from <see cref="Send"/>.</summary>
    internal long BytesSent { get; private set; }
    internal bool SendingClosed { get; private set; }
    internal bool IsClosed { get; private set; }

    internal FourTuple FourTuple => new(
        Local ?? throw new InvalidOperationException($"Socket {Number} has no address yet."),
        Remote ?? throw new InvalidOperationException($"Socket {Number} is not connected."));

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

    /// <summary>Binds the socket to an address: <c>bind</c>.</summary>
    public void Bind(IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Call("bind", address.ToString(), () =>
        {
            _socket.Bind(address);
            Local = AddressOf(_socket.LocalEndPoint);
        });
    }

    /// <summary>Makes the socket a listener: <c>listen</c>.</summary>
    /// <param name="backlog">The limit of the accept queue; Linux queues one connection more.</param>
    public void Listen(int backlog) => Call("listen", Text(backlog), () => _socket.Listen(backlog));

    /// <summary>Takes a connection from the accept queue, or waits for one: <c>accept</c>. Its number is the logged result.</summary>
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
        });
    }

    /// <summary>
    /// Sends a SYN and does not wait: <c>connect</c> on a non-blocking socket, which returns -1 and EINPROGRESS.
    /// Call <see cref="FinishConnect"/> after <see cref="WaitWritable"/> has returned true.
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
            _log.Return(begun, -1, InProgress, Local, Remote); // .NET reports it as WouldBlock
        }
        catch (SocketException error)
        {
            throw Failed(_log, begun, error, Local, Remote);
        }
    }

    /// <summary>Reads the result of a started connect and makes the socket blocking: <c>getsockopt</c>.</summary>
    internal void FinishConnect() => Call("getsockopt", "SOL_SOCKET, SO_ERROR", () =>
    {
        var error = (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error != SocketError.Success) throw new SocketException((int)error);
        _socket.Blocking = true;
    });

    /// <summary>Sends bytes, and waits while the send buffer is full: <c>send</c>.</summary>
    /// <returns>The number of bytes that the kernel accepted.</returns>
    public int Send(ReadOnlyMemory<byte> bytes) => (int)CallForResult(
        "send",
        string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes"),
        () =>
        {
            var sent = _socket.Send(bytes.Span);
            BytesSent += sent;
            return sent;
        });

    /// <summary>Receives bytes, or waits for some: <c>recv</c>.</summary>
    /// <returns>The number of bytes received; 0 after the peer's FIN.</returns>
    public int Receive(Memory<byte> buffer) => (int)CallForResult("recv", Text(buffer.Length), () => _socket.Receive(buffer.Span));

    /// <summary>Closes one or both directions of the connection: <c>shutdown</c>.</summary>
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
        });
    }

    /// <summary>Sets SO_LINGER: <c>setsockopt</c>. If on with 0 seconds, close discards unsent data and sends an RST.</summary>
    public void SetLinger(bool on, int seconds)
    {
        var value = string.Create(CultureInfo.InvariantCulture, $"{{{(on ? "on" : "off")}, {seconds} s}}");
        Call("setsockopt", $"SOL_SOCKET, SO_LINGER, {value}", () => _socket.LingerState = new LingerOption(on, seconds));
    }

    /// <summary>Sets a TCP option by the kernel's number: <c>setsockopt</c> at level IPPROTO_TCP.</summary>
    /// <param name="option">The option's number.</param>
    /// <param name="name">The option's name, for the log.</param>
    /// <param name="value">The value.</param>
    public void SetTcpOption(int option, string name, int value) => Call(
        "setsockopt", string.Create(CultureInfo.InvariantCulture, $"IPPROTO_TCP, {name}, {value}"),
        () => _socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, option, BitConverter.GetBytes(value)));

    /// <summary>Closes the socket: <c>close</c>.</summary>
    public void Close() => Call("close", "", () =>
    {
        IsClosed = true;
        SendingClosed = true;
        _socket.Dispose();
    });

    /// <summary>Closes the socket without logging; a pending call of another thread ends.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>Closes the socket without logging, with an RST if it is connected.</summary>
    /// <remarks>A FIN would leave a delayed ACK and TIME_WAIT in the next recording of the same port.</remarks>
    internal void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The socket is closed or was never connected, so there is no connection to reset.
        }

        _socket.Dispose();
    }

    /// <summary>Waits until a started connect has completed; false on a timeout.</summary>
    internal bool WaitWritable(TimeSpan timeout) => _socket.Poll(timeout, SelectMode.SelectWrite);

    /// <summary>Waits until a receive or accept would not block; false on a timeout.</summary>
    internal bool WaitReadable(TimeSpan timeout) => _socket.Poll(timeout, SelectMode.SelectRead);

    /// <summary>Moves the socket into a new process and closes it in this one.</summary>
    internal SocketHolder MoveToProcess()
    {
        var begun = _log.Begin(Side, Number, "fork", "the child inherits the socket", Local, Remote);
        var holder = SocketHolder.Start(_log, this, _socket.SafeHandle);
        _log.Return(begun, holder.ProcessId, null, Local, Remote);
        _socket.Dispose();
        return holder;
    }

    private static Endpoint? AddressOf(EndPoint? address) => address is IPEndPoint ip ? Endpoint.From(ip) : null;
    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static SocketCallException Failed(CallLog log, SocketCall begun, SocketException error, Endpoint? local, Endpoint? remote) =>
        new(log.Return(begun, -1, Errno.NameOf(error), local, remote), error);

    private void Call(string name, string arguments, Action call) => CallForResult(name, arguments, () =>
    {
        call();
        return 0;
    });

    private long CallForResult(string name, string arguments, Func<long> call)
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

/// <summary>A logged socket call failed.</summary>
internal sealed class SocketCallException : SocketException
{
    public SocketCallException(SocketCall call, SocketException cause)
        : base((int)cause.SocketErrorCode) => Call = call;

    /// <summary>The call as logged; <see cref="SocketCall.Error"/> is the errno's name.</summary>
    public SocketCall Call { get; }

    /// <summary>The call and the error: <c>connect(127.0.0.1:12345) failed with ECONNREFUSED</c>.</summary>
    public override string Message => $"{Call.Text} failed with {Call.Error}";
}
