using TcpCapture.Decoding;
using TcpCapture.Live.Programs;
using TcpCapture.Live.Scenarios;
using TcpCapture.Live.Sockets;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Observation;

/// <summary>
/// Takes all live observations and writes them to the recording. A segment also makes the state source watch its
/// connection, and wakes scripts that wait for it.
/// </summary>
internal sealed class ObservationHub : IObservationSink
{
    /// <summary>Connections remembered for <see cref="FourTuples"/>; a flood must not fill the memory.</summary>
    private const int MaxRemembered = 4096;

    private readonly Lock _lock = new();
    private readonly HashSet<FourTuple> _fourTuples = [];
    private volatile IObservationSink? _writer;
    private volatile IStateSource? _states;
    private volatile ListenerWatch? _listeners;
    private volatile CapturedEventFilter? _eventFilter;
    private volatile bool _isWaitedFor;
    private readonly TrafficTally? _tally;
    private TrafficTally? _follower;

    public ObservationHub() => Calls = new CallLog(this);

    /// <summary>Where the programs' calls are logged.</summary>
    public CallLog Calls { get; }

    /// <summary>What was captured, for scripts that wait for it.</summary>
    public WireWatch Wire { get; } = new();

    /// <summary>Counts what is captured; null if nobody asked.</summary>
    public TrafficTally? Tally
    {
        get => _tally;
        init => _tally = value;
    }

    /// <summary>Changes of connections, for those who follow them.</summary>
    public ConnectionFeed Feed { get; } = new();

    /// <summary>From now on <see cref="Feed"/> gets what is captured.</summary>
    public void StartFeed() => Interlocked.CompareExchange(ref _follower, new TrafficTally { Changed = Feed.Add }, null);

    /// <summary>Learns which process owns each connection; null if nobody asked.</summary>
    public ConnectionOwners? Owners { get; init; }

    /// <summary>The connections whose SYN was captured, seen from their clients.</summary>
    public FourTuple[] FourTuples
    {
        get
        {
            lock (_lock) return [.. _fourTuples];
        }
    }

    /// <summary>Passes observations to <paramref name="writer"/> from now on; earlier ones are dropped.</summary>
    /// <param name="writer">The recording.</param>
    /// <param name="states">Watches the connections that are captured.</param>
    /// <param name="isWaitedFor">True if scripts wait for segments.</param>
    /// <param name="listeners">Finds listeners, from SYNs; null: nobody looks for them.</param>
    /// <param name="sieve">Selects the kernel events to write; null: all.</param>
    public void Attach(
        IObservationSink writer, IStateSource states, bool isWaitedFor, ListenerWatch? listeners = null, CapturedEventFilter? sieve = null)
    {
        _isWaitedFor = isWaitedFor;
        _states = states;
        _listeners = listeners;
        _eventFilter = sieve;
        _writer = writer;
    }

    public void OnFrame(in Frame frame)
    {
        if (_writer is not { } writer) return;
        if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment)
        {
            _states?.Watch(segment.FourTuple);
            _eventFilter?.OnSegment(segment.FourTuple, segment.Time);
            _tally?.OnSegment(segment);
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

        // A connect that has not waited leaves a socket in SYN_SENT, perhaps long before its SYN passes.
        if (call is { Name: "connect", End: not null, Local: { Port: > 0 } local, Remote: { } remote })
            _states?.Watch(new FourTuple(local, remote));
        var caller = Owners?.OnCall(call);
        writer.OnCall(call);
        if (caller is not null) writer.OnOwner(caller);
    }

    public void OnSample(SocketSample sample)
    {
        if (sample is { IsInitial: true, IsListener: true }) _listeners?.Found(sample.Local);
        else if (sample.IsInitial) _tally?.OnFound(sample);
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
        if (_eventFilter is { } sieve) sieve.OnTrace(trace);
        else _writer?.OnTrace(trace);
    }

    private void Remember(FourTuple client)
    {
        lock (_lock)
        {
            if (_fourTuples.Count < MaxRemembered) _fourTuples.Add(client);
        }
    }
}
