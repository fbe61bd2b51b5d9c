using System.Collections.Concurrent;
using TcpCapture.Live.Sockets;

namespace TcpCapture.Live.Scenarios;

/// <summary>What the scripts of one run share, and what has to be cleaned up after it.</summary>
internal sealed class ExchangeRun(ExchangeOptions options, CallLog log, WireWatch wire, Action look) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentStack<LoggedSocket> _sockets = [];
    private readonly ConcurrentStack<SocketHolder> _holders = [];
    private readonly ConcurrentStack<Thread> _threads = [];

    /// <summary>What the exchange is run with.</summary>
    public ExchangeOptions Options { get; } = options;

    /// <summary>Where calls are logged.</summary>
    public CallLog Log { get; } = log;

    /// <summary>What the wire shows.</summary>
    public WireWatch Wire { get; } = wire;

    /// <summary>Who may act.</summary>
    public Baton Baton { get; } = new(options.Role == ExchangeRole.Both);

    /// <summary>Set when the run ends early: the scripts then stop before their next action.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Called where the states are worth a look: after listen, connect and accept, and at the end.</summary>
    public void Look() => look();

    /// <summary>Ends the scripts as soon as they are in no call.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Remembers a socket for the clean-up.</summary>
    public LoggedSocket Keep(LoggedSocket socket)
    {
        _sockets.Push(socket);
        return socket;
    }

    /// <summary>Remembers a process for the clean-up.</summary>
    public SocketHolder Keep(SocketHolder holder)
    {
        _holders.Push(holder);
        return holder;
    }

    /// <summary>Starts a thread that does not keep the process alive.</summary>
    public void StartThread(string name, Action body)
    {
        var thread = new Thread(() => body()) { IsBackground = true, Name = name };
        _threads.Push(thread);
        thread.Start();
    }

    /// <summary>Starts a call that is not waited for; its failure is in the log.</summary>
    public void StartBackground(Action call) => StartThread("pending connect", () =>
    {
        try
        {
            call();
        }
        catch (Exception error) when (error is SocketCallException or ObjectDisposedException)
        {
            // Logged with its errno, or ended by the clean-up; the script does not depend on it.
            _ = error;
        }
    });

    /// <summary>Ends the processes that hold a socket.</summary>
    public void EndProcesses()
    {
        while (_holders.TryPop(out var holder)) holder.Dispose();
    }

    /// <summary>Closes what is still open, unlogged, the newest first, and lets the threads end.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Log.Seal();
        Release();
        foreach (var thread in _threads) thread.Join(TimeSpan.FromSeconds(2));
        Release(); // what a thread still made before it noticed
    }

    private void Release()
    {
        EndProcesses();
        foreach (var socket in _sockets) socket.Abort();
    }
}
