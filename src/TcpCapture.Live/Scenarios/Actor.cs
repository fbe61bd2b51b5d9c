using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// One of the two programs of an exchange: what its script acts with. Every action that sends something returns only when
/// the wire shows it acknowledged, so that a delayed ACK does not race with the next step.
/// </summary>
internal sealed class Actor(Side side, ExchangeRun run)
{
    /// <summary>Longest wait for what must come at once where both programs run here.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly byte[] _buffer = new byte[4096];

    /// <summary>Which program this is.</summary>
    public Side Side { get; } = side;

    /// <summary>What the exchange is run with.</summary>
    public ExchangeOptions Options => run.Options;

    /// <summary>The server's address and port.</summary>
    public IPEndPoint Server { get; } = new(run.Options.Address, run.Options.Port);

    /// <summary>Lets the other program act, and returns when it is this one's turn again.</summary>
    public void Pass() => run.Baton.Pass(Side, run.Stopped);

    /// <summary>
    /// Keeps the sockets while the other program acts on another host: ends with the run. Where both run here this one is
    /// simply done.
    /// </summary>
    public void Remain()
    {
        if (Options.Role == ExchangeRole.Both) return;
        run.Stopped.WaitHandle.WaitOne();
    }

    /// <summary>Makes a socket.</summary>
    public LoggedSocket Open()
    {
        run.Stopped.ThrowIfCancellationRequested();
        return run.Keep(LoggedSocket.Open(run.Log, Side, Options.Address.AddressFamily));
    }

    /// <summary>The passive open: socket, bind, listen.</summary>
    public LoggedSocket Listen()
    {
        var listener = Open();
        listener.Bind(Server);
        listener.Listen(Options.Backlog);
        run.Look();
        return listener;
    }

    /// <summary>The active open, complete: socket, connect, and the handshake's last ACK is on the wire.</summary>
    public LoggedSocket Connect()
    {
        var socket = Open();
        Connect(socket);
        WaitEstablished(socket);
        return socket;
    }

    /// <summary>connect alone, on a socket prepared by the script.</summary>
    public void Connect(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.Connect(Server);
        if (socket.Local == socket.Remote)
        {
            throw new ExchangeException(string.Create(
                CultureInfo.InvariantCulture,
                $"The client was given port {Server.Port} itself and connected to itself: " +
                $"choose a port below the range of ephemeral ports."), remedy: Remedy.ChoosePort);
        }

        run.Look();
    }

    /// <summary>connect, without waiting for an answer to the SYN.</summary>
    public void StartConnect(LoggedSocket socket, IPEndPoint peer)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.StartConnect(peer);
    }

    /// <summary>
    /// Waits until a connect that was started is done, and until the wire shows that each end has acknowledged the other's
    /// SYN-ACK.
    /// </summary>
    public void FinishConnect(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        if (!socket.WaitWritable(Patience))
            throw new ExchangeException($"The {Side.ToText()}'s connect was not answered in {Patience.TotalSeconds} s.");
        socket.FinishConnect();
        run.Wire.WaitFor(
            socket.FourTuple,
            wire => wire.IsReset || (wire.Sent.HasAckAfterSyn && wire.Received.HasAckAfterSyn),
            "the handshake's last ACKs",
            Patience,
            run.Stopped);
        run.Look();
    }

    /// <summary>A look at the states at a moment worth it.</summary>
    public void SampleNow() => run.Look();

    /// <summary>Waits until the handshake's last ACK is on the wire.</summary>
    public void WaitEstablished(LoggedSocket client) =>
        run.Wire.WaitAcknowledged(client.FourTuple.Reverse(), 0, Patience, run.Stopped);

    /// <summary>accept.</summary>
    public LoggedSocket Accept(LoggedSocket listener)
    {
        WaitReadable(listener, "accept()");
        var socket = run.Keep(listener.Accept());
        run.Look();
        return socket;
    }

    /// <summary>send, and the wait until it is acknowledged.</summary>
    public void Send(LoggedSocket socket, string text)
    {
        SendOnly(socket, text);
        WaitAcknowledged(socket);
    }

    /// <summary>send alone.</summary>
    public void SendOnly(LoggedSocket socket, string text)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.Send(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>recv.</summary>
    /// <returns>What came, as text; empty when the peer has closed its direction.</returns>
    public string Receive(LoggedSocket socket)
    {
        WaitReadable(socket, "recv(4096)");
        return Encoding.ASCII.GetString(_buffer, 0, socket.Receive(_buffer));
    }

    /// <summary>recv that must see the peer's FIN.</summary>
    public void ReceiveEnd(LoggedSocket socket)
    {
        var text = Receive(socket);
        if (text.Length == 0) return;
        throw new ExchangeException(
            $"recv on socket {socket.Number} should see the end of the stream, but {text.Length} bytes came.");
    }

    /// <summary>shutdown of the sending direction, and the wait until the FIN is acknowledged.</summary>
    public void ShutdownSending(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.Shutdown(SocketShutdown.Send);
        WaitAcknowledged(socket);
    }

    /// <summary>close of a connected socket, and the wait until its FIN is acknowledged or an RST is seen.</summary>
    public void Close(LoggedSocket socket)
    {
        CloseOnly(socket);
        WaitAcknowledged(socket);
    }

    /// <summary>close alone.</summary>
    public void CloseOnly(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.Close();
    }

    /// <summary>Waits until an RST of this connection is on the wire.</summary>
    public void WaitReset(LoggedSocket socket) =>
        run.Wire.WaitFor(socket.FourTuple, wire => wire.IsReset, "an RST", Patience, run.Stopped);

    /// <summary>Waits until this end's FIN is on the wire and acknowledged, or an RST is.</summary>
    public void WaitClosed(LoggedSocket socket) =>
        run.Wire.WaitAcknowledged(socket.FourTuple, socket.BytesSent + 1, Patience, run.Stopped);

    /// <summary>Waits until the other end's FIN is on the wire and acknowledged, or an RST is.</summary>
    public void WaitPeerClosed(LoggedSocket socket) => run.Wire.WaitFor(
        socket.FourTuple,
        wire => wire.IsReset || (wire.Received.Fins > 0 && wire.Received.IsAcknowledgedWhole(wire.Sent)),
        "the other end's FIN",
        LongPatience,
        run.Stopped);

    /// <summary>Waits until some client's SYN has been repeated without being answered.</summary>
    /// <param name="times">Repetitions.</param>
    public void WaitSynRetransmits(int times) => run.Wire.WaitForClient(
        Endpoint.From(Server),
        wire => wire.Sent.Syns > times && wire.Received.Syns == 0,
        string.Create(CultureInfo.InvariantCulture, $"{times} retransmissions of a SYN"),
        LongPatience,
        run.Stopped);

    /// <summary>Starts a connect that is not expected to return while the run lasts.</summary>
    public void ConnectInBackground(LoggedSocket socket) => run.StartBackground(() => socket.Connect(Server));

    /// <summary>Hands a socket to a process of its own.</summary>
    public SocketHolder HandOver(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        try
        {
            return run.Keep(socket.HandOver());
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ExchangeException($"Could not start the process that is to be killed (cat): {error.Message}.", error);
        }
    }

    /// <summary>Does a call that must fail in a certain way; anything else is not what the scenario says.</summary>
    /// <param name="call">The call.</param>
    /// <param name="errors">Names of the errors it may fail with.</param>
    public void Expect(Action call, params ReadOnlySpan<string> errors)
    {
        run.Stopped.ThrowIfCancellationRequested();
        try
        {
            call();
        }
        catch (SocketCallException failure)
        {
            if (errors.Contains(failure.Call.Error)) return;
            throw;
        }

        run.Stopped.ThrowIfCancellationRequested();
        throw new ExchangeException($"A call of the {Side.ToText()} should have failed with {errors[0]}, but succeeded.");
    }

    /// <summary>Longest wait for what the other program does of its own accord.</summary>
    private TimeSpan LongPatience => Options.Role == ExchangeRole.Both ? 2 * Patience : TimeSpan.FromDays(1);

    private void WaitAcknowledged(LoggedSocket socket) => run.Wire.WaitAcknowledged(
        socket.FourTuple, socket.BytesSent + (socket.SendingClosed ? 1 : 0), Patience, run.Stopped);

    /// <summary>
    /// In lock-step what is to be received is there already: if it is not, the call would never return. With the other
    /// program on another host the call itself waits.
    /// </summary>
    private void WaitReadable(LoggedSocket socket, string call)
    {
        run.Stopped.ThrowIfCancellationRequested();
        if (Options.Role != ExchangeRole.Both || socket.WaitReadable(Patience)) return;
        throw new ExchangeException(string.Create(
            CultureInfo.InvariantCulture,
            $"The {Side.ToText()}'s {call} on socket {socket.Number} would wait for ever: " +
            $"nothing came in {Patience.TotalSeconds} s. Does a firewall drop segments?"));
    }
}
