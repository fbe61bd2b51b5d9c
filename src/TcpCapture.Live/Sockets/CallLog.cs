using TcpCapture.Model;

namespace TcpCapture.Live.Sockets;

/// <summary>
/// Delivers each socket call of a run twice: when it begins and when it has returned. One lock covers the timestamp, the
/// number and the delivery, so that the sink receives the calls of all threads in the order of their times.
/// </summary>
internal sealed class CallLog(IObservationSink sink)
{
    private readonly Lock _lock = new();
    private long _lastCall;
    private int _lastSocket;
    private bool _sealed;

    /// <summary>Returns the next socket number, from 1.</summary>
    public int NextSocket() => Interlocked.Increment(ref _lastSocket);

    public SocketCall Begin(Side side, int socket, string name, string arguments, Endpoint? local = null, Endpoint? remote = null)
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

    /// <summary>Ends the log: later calls are clean-up and are not delivered.</summary>
    public void Seal()
    {
        lock (_lock) _sealed = true;
    }

    private void Deliver(SocketCall call)
    {
        if (!_sealed) sink.OnCall(call);
    }
}
