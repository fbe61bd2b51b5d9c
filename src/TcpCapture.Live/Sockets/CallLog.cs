using TcpCapture.Model;

namespace TcpCapture.Live.Sockets;

/// <summary>
/// Numbers and stamps the socket calls of a run and delivers each twice: when it begins and when it has returned.
/// Stamping, numbering and delivering happen under one lock, so that the sink gets the calls of all threads in the order
/// of their times.
/// </summary>
internal sealed class CallLog(IObservationSink sink)
{
    private readonly Lock _lock = new();
    private long _lastCall;
    private int _lastSocket;
    private bool _sealed;

    /// <summary>A number for a new socket, from 1.</summary>
    public int NextSocket() => Interlocked.Increment(ref _lastSocket);

    /// <summary>Stamps the begin of a call and delivers it.</summary>
    public SocketCall Begin(
        Side side, int socket, string name, string arguments, Endpoint? local = null, Endpoint? remote = null)
    {
        lock (_lock)
        {
            var call = new SocketCall
            {
                Id = ++_lastCall,
                Socket = socket,
                Side = side,
                Name = name,
                Arguments = arguments,
                Begin = Timestamp.Now,
                Local = local,
                Remote = remote,
                ProcessId = Environment.ProcessId,
            };
            Deliver(call);
            return call;
        }
    }

    /// <summary>Stamps the return of a call and delivers it.</summary>
    /// <returns>The call as delivered.</returns>
    public SocketCall Return(SocketCall begun, long result, string? error, Endpoint? local, Endpoint? remote)
    {
        lock (_lock)
        {
            var returned = begun with
            {
                End = Timestamp.Now,
                Result = result,
                Error = error,
                Local = local ?? begun.Local,
                Remote = remote ?? begun.Remote,
            };
            Deliver(returned);
            return returned;
        }
    }

    /// <summary>Ends the log: what is called from now on is clean-up, and is not delivered.</summary>
    public void Seal()
    {
        lock (_lock) _sealed = true;
    }

    private void Deliver(SocketCall call)
    {
        if (!_sealed) sink.OnCall(call);
    }
}
