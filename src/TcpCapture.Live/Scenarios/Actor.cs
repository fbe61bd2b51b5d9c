using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Live.Scenarios;

/// <summary>
/// The actions of one program of an exchange, called by its script. An action that sends returns only after the peer's
/// acknowledgement was captured, so that a delayed ACK does not race with the next step.
/// </summary>
internal sealed class Actor(Side side, ExchangeRun run)
{
    /// <summary>Timeout for anything that happens at once when both programs run on this host.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly byte[] _buffer = new byte[4096];

    public Side Side { get; } = side;
    public ExchangeOptions Options => run.Options;
    public IPEndPoint Server { get; } = new(run.Options.Address, run.Options.Port);

    /// <summary>Lets the other program act and waits for the next turn.</summary>
    public void Pass() => run.Baton.Pass(Side, run.Stopped);

    /// <summary>Keeps the sockets open until the run ends, if the other program runs on another host.</summary>
    public void Remain()
    {
        if (Options.Role != ExchangeRole.Both) run.Stopped.WaitHandle.WaitOne();
    }

    public LoggedSocket Open()
    {
        run.Stopped.ThrowIfCancellationRequested();
        return run.Keep(LoggedSocket.Open(run.Log, Side, Options.Address.AddressFamily));
    }

    /// <summary>Performs the passive open: socket, bind, listen.</summary>
    public LoggedSocket Listen()
    {
        var listener = Open();
        listener.Bind(Server);
        listener.Listen(Options.Backlog);
        SampleNow();
        return listener;
    }

    /// <summary>Performs the active open and waits for the handshake's last ACK on the wire.</summary>
    public LoggedSocket Connect()
    {
        var socket = Open();
        Connect(socket);
        WaitEstablished(socket);
        return socket;
    }

    /// <summary>Connects a socket prepared by the script and does not wait for the last ACK.</summary>
    public void Connect(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.Connect(Server);
        if (socket.Local == socket.Remote)
        {
            throw new ExchangeException(string.Create(
                CultureInfo.InvariantCulture,
                $"The kernel gave the client port {Server.Port}, the server's port, so it connected to itself: " +
                $"choose a port below the range of ephemeral ports."), remedy: Remedy.ChoosePort);
        }

        SampleNow();
    }

    /// <summary>Sends a SYN and does not wait for the answer.</summary>
    public void StartConnect(LoggedSocket socket, IPEndPoint peer)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.StartConnect(peer);
    }

    /// <summary>Waits until a started connect has completed and each end has acknowledged the other's SYN-ACK.</summary>
    public void FinishConnect(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        if (!socket.WaitWritable(Timeout))
            throw new ExchangeException($"The {Side.ToText()}'s connect was not answered within {Timeout.TotalSeconds} s.");
        socket.FinishConnect();
        run.Wire.WaitFor(
            socket.FourTuple, wire => wire.IsReset || (wire.Sent.HasAckAfterSyn && wire.Received.HasAckAfterSyn),
            "the handshake's last ACKs", Timeout, run.Stopped);
        SampleNow();
    }

    public void SampleNow() => run.SampleNow();

    /// <summary>Waits until the handshake's last ACK is on the wire.</summary>
    public void WaitEstablished(LoggedSocket client) =>
        run.Wire.WaitAcknowledged(client.FourTuple.Reverse(), 0, Timeout, run.Stopped);

    public LoggedSocket Accept(LoggedSocket listener)
    {
        WaitReadable(listener, "accept()");
        var socket = run.Keep(listener.Accept());
        SampleNow();
        return socket;
    }

    /// <summary>Sends text and waits until it is acknowledged.</summary>
    public void Send(LoggedSocket socket, string text)
    {
        SendOnly(socket, text);
        WaitAcknowledged(socket);
    }

    /// <summary>Sends text and does not wait.</summary>
    public void SendOnly(LoggedSocket socket, string text)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.Send(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Receives text; empty if the peer has sent its FIN.</summary>
    public string Receive(LoggedSocket socket)
    {
        WaitReadable(socket, "recv(4096)");
        return Encoding.ASCII.GetString(_buffer, 0, socket.Receive(_buffer));
    }

    /// <summary>Receives, and fails if the result is not the peer's FIN.</summary>
    public void ReceiveEnd(LoggedSocket socket)
    {
        var text = Receive(socket);
        if (text.Length == 0) return;
        throw new ExchangeException(
            $"recv on socket {socket.Number} should see the end of the stream, but received {text.Length} bytes.");
    }

    /// <summary>Shuts down the sending direction and waits until the FIN is acknowledged.</summary>
    public void ShutdownSending(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.Shutdown(SocketShutdown.Send);
        WaitAcknowledged(socket);
    }

    /// <summary>Closes a connected socket and waits until its FIN is acknowledged or an RST is captured.</summary>
    public void Close(LoggedSocket socket)
    {
        CloseOnly(socket);
        WaitAcknowledged(socket);
    }

    /// <summary>Closes a socket and does not wait.</summary>
    public void CloseOnly(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        socket.Close();
    }

    public void WaitReset(LoggedSocket socket) =>
        run.Wire.WaitFor(socket.FourTuple, wire => wire.IsReset, "an RST", Timeout, run.Stopped);

    /// <summary>Waits until this end's FIN is acknowledged or an RST is captured.</summary>
    public void WaitClosed(LoggedSocket socket) =>
        run.Wire.WaitAcknowledged(socket.FourTuple, socket.BytesSent + 1, Timeout, run.Stopped);

    /// <summary>Waits until the peer's FIN is acknowledged or an RST is captured.</summary>
    public void WaitPeerClosed(LoggedSocket socket) => run.Wire.WaitFor(
        socket.FourTuple, wire => wire.IsReset || (wire.Received.Fins > 0 && wire.Received.IsAcknowledgedWhole(wire.Sent)),
        "the other end's FIN", PeerTimeout, run.Stopped);

    /// <summary>Waits until a client has retransmitted its SYN this many times without an answer.</summary>
    public void WaitSynRetransmits(int times) => run.Wire.WaitForClient(
        Endpoint.From(Server), wire => wire.Sent.Syns > times && wire.Received.Syns == 0,
        string.Create(CultureInfo.InvariantCulture, $"{times} retransmissions of a SYN"), PeerTimeout, run.Stopped);

    /// <summary>Starts a connect on its own thread; it need not return before the run ends.</summary>
    public void ConnectInBackground(LoggedSocket socket) => run.StartBackground(() => socket.Connect(Server));

    public SocketHolder MoveToProcess(LoggedSocket socket)
    {
        run.Stopped.ThrowIfCancellationRequested();
        try
        {
            return run.Keep(socket.MoveToProcess());
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ExchangeException($"The process to kill (cat) could not be started: {error.Message}.", error);
        }
    }

    /// <summary>Makes a call that must fail with one of these errors.</summary>
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

    /// <summary>Timeout for actions of the other program; on another host a person starts it.</summary>
    private TimeSpan PeerTimeout => Options.Role == ExchangeRole.Both ? 2 * Timeout : TimeSpan.FromDays(1);

    private void WaitAcknowledged(LoggedSocket socket) => run.Wire.WaitAcknowledged(
        socket.FourTuple, socket.BytesSent + (socket.SendingClosed ? 1 : 0), Timeout, run.Stopped);

    /// <summary>Fails if both programs run here and there is nothing to read: in lock-step, the call would never return.</summary>
    private void WaitReadable(LoggedSocket socket, string call)
    {
        run.Stopped.ThrowIfCancellationRequested();
        if (Options.Role != ExchangeRole.Both || socket.WaitReadable(Timeout)) return;
        throw new ExchangeException(string.Create(
            CultureInfo.InvariantCulture,
            $"The {Side.ToText()}'s {call} on socket {socket.Number} received nothing within {Timeout.TotalSeconds} s. " +
            $"Does a firewall drop segments?"));
    }
}

/// <summary>Numbers of the Linux socket options at level IPPROTO_TCP that .NET does not name.</summary>
internal static class TcpOption
{
    public const int QuickAck = 12; // TCP_QUICKACK; 0 enables delayed ACKs
    public const int Repair = 19; // TCP_REPAIR; closing a socket in repair mode sends no segment
}
