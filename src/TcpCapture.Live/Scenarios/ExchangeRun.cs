using System.Collections.Concurrent;
using TcpCapture.Live.Sockets;

namespace TcpCapture.Live.Scenarios;

/// <summary>The state that the scripts of one run share, and the resources to release after it.</summary>
internal sealed class ExchangeRun(ExchangeOptions options, CallLog log, WireWatch wire, Action sampleNow) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentStack<LoggedSocket> _sockets = [];
    private readonly ConcurrentStack<SocketHolder> _holders = [];
    private readonly ConcurrentStack<Thread> _threads = [];

    public ExchangeOptions Options { get; } = options;
    public CallLog Log { get; } = log;
    public WireWatch Wire { get; } = wire;
    public Baton Baton { get; } = new(options.Role == ExchangeRole.Both);

    /// <summary>Cancelled when the run ends early; the scripts then stop before their next action.</summary>
    public CancellationToken Stopped => _stop.Token;

    public void SampleNow() => sampleNow();

    /// <summary>Stops each script as soon as its current call returns.</summary>
    public void Stop() => _stop.Cancel();

    public LoggedSocket Keep(LoggedSocket socket)
    {
        _sockets.Push(socket);
        return socket;
    }

    public SocketHolder Keep(SocketHolder holder)
    {
        _holders.Push(holder);
        return holder;
    }

    public void StartThread(string name, Action body)
    {
        var thread = new Thread(() => body()) { IsBackground = true, Name = name };
        _threads.Push(thread);
        thread.Start();
    }

    /// <summary>Starts a call without waiting for it; a failure is only logged.</summary>
    public void StartBackground(Action call) => StartThread("pending connect", () =>
    {
        try
        {
            call();
        }
        catch (Exception error) when (error is SocketCallException or ObjectDisposedException)
        {
            // The call is logged with its errno, or the clean-up has ended it.
        }
    });

    public void EndProcesses()
    {
        while (_holders.TryPop(out var holder)) holder.Dispose();
    }

    /// <summary>Closes all open sockets without logging it, the newest first, and waits for the threads.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Log.Seal();
        Release();
        foreach (var thread in _threads) thread.Join(TimeSpan.FromSeconds(2));
        Release(); // sockets that a thread opened before it stopped
    }

    private void Release()
    {
        EndProcesses();
        foreach (var socket in _sockets) socket.Abort();
    }
}
