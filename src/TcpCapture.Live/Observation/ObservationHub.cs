using TcpCapture.Decoding;
using TcpCapture.Live.Programs;
using TcpCapture.Live.Scenarios;
using TcpCapture.Live.Sockets;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Observation;

/// <summary>
/// Writes all live observations to the recording. It also passes segments to the state source, which samples their
/// connections, and to scripts that wait for them.
/// </summary>
internal sealed class ObservationHub : IObservationSink
{
    private const int MaxFourTuples = 4096; // the maximum number of FourTuples, so that a flood cannot fill the memory

    private readonly Lock _lock = new();
    private readonly HashSet<FourTuple> _fourTuples = [];
    private volatile IObservationSink? _writer;
    private volatile IStateSource? _states;
    private volatile ListenerWatch? _listeners;
    private volatile CapturedEventFilter? _eventFilter;
    private volatile bool _isWaitedFor;
    private TrafficTally? _follower;

    public ObservationHub() => Calls = new CallLog(this);

    public CallLog Calls { get; }
    public WireWatch Wire { get; } = new();

    /// <summary>Counts the captured segments; null: they are not counted.</summary>
    public TrafficTally? Tally { get; init; }
    public ConnectionFeed Feed { get; } = new();

    public void StartFeed() => Interlocked.CompareExchange(ref _follower, new TrafficTally { Changed = Feed.Add }, null);

    /// <summary>Finds the process that owns each connection; null: owners are not needed.</summary>
    public ConnectionOwners? Owners { get; init; }

    /// <summary>The connections with a captured SYN, seen from their clients.</summary>
    public FourTuple[] FourTuples
    {
        get
        {
            lock (_lock) return [.. _fourTuples];
        }
    }

    /// <summary>Writes observations from now on; earlier ones are dropped.</summary>
    public void Attach(
        IObservationSink writer, IStateSource states, bool isWaitedFor, ListenerWatch? listeners = null, CapturedEventFilter? filter = null)
    {
        _isWaitedFor = isWaitedFor;
        _states = states;
        _listeners = listeners;
        _eventFilter = filter;
        _writer = writer;
    }

    public void OnFrame(in Frame frame)
    {
        if (_writer is not { } writer) return;
        if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment)
        {
            _states?.Watch(segment.FourTuple);
            _eventFilter?.OnSegment(segment.FourTuple, segment.Time);
            Tally?.OnSegment(segment);
            Volatile.Read(ref _follower)?.OnSegment(segment);
            if (segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Ack))
            {
                Remember(segment.FourTuple);
                _listeners?.OnSyn(segment.Destination);
            }

            var listener = Owners?.OnSegment(segment);
            writer.OnFrame(frame);
            if (listener is not null) writer.OnOwner(listener);
            if (_isWaitedFor) Wire.OnSegment(segment);
        }
        else
        {
            writer.OnFrame(frame);
        }
    }

    public void OnCall(SocketCall call)
    {
        if (_writer is not { } writer) return;

        // A non-blocking connect can return long before its SYN is captured.
        if (call is { Name: "connect", End: not null, Local: { Port: > 0 } local, Remote: { } remote })
            _states?.Watch(new FourTuple(local, remote));
        var caller = Owners?.OnCall(call);
        writer.OnCall(call);
        if (caller is not null) writer.OnOwner(caller);
    }

    public void OnSample(SocketSample sample)
    {
        if (sample is { IsInitial: true, IsListener: true }) _listeners?.Found(sample.Local);
        else if (sample.IsInitial) Tally?.OnFound(sample);
        _writer?.OnSample(sample);
    }

    public void OnOwner(SocketOwner owner)
    {
        Owners?.OnOwner(owner);
        _writer?.OnOwner(owner);
    }

    public void OnTrace(KernelEvent trace)
    {
        if (Owners?.OnTrace(trace) is { } owner) _writer?.OnOwner(owner);
        if (_eventFilter is { } filter) filter.OnTrace(trace);
        else _writer?.OnTrace(trace);
    }

    private void Remember(FourTuple client)
    {
        lock (_lock)
        {
            if (_fourTuples.Count < MaxFourTuples) _fourTuples.Add(client);
        }
    }
}
