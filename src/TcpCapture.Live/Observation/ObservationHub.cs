using TcpCapture.Decoding;
using TcpCapture.Live.Programs;
using TcpCapture.Live.Scenarios;
using TcpCapture.Live.Sockets;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Observation;

/// <summary>
/// Where live observations arrive: all go to the recording; a segment also tells the state source which connection to look
/// at, and the scripts what has passed.
/// </summary>
internal sealed class ObservationHub : IObservationSink
{
    /// <summary>Connections remembered for <see cref="FourTuples"/>; a flood must not fill the memory.</summary>
    private const int MostRemembered = 4096;

    private readonly Lock _lock = new();
    private readonly HashSet<FourTuple> _fourTuples = [];
    private volatile IObservationSink? _writer;
    private volatile IStateSource? _states;
    private volatile ListenerWatch? _listeners;
    private volatile CapturedEventFilter? _eventFilter;
    private volatile bool _isWaitedFor;

    public ObservationHub() => Calls = new CallLog(this);

    /// <summary>Where the programs' calls are logged.</summary>
    public CallLog Calls { get; }

    /// <summary>What has passed the capture point.</summary>
    public WireWatch Wire { get; } = new();

    /// <summary>What has passed, counted; null if nobody watches.</summary>
    public TrafficTally? Tally { get; init; }

    /// <summary>Learns whose each connection is; null if nobody asks.</summary>
    public ConnectionOwners? Owners { get; init; }

    /// <summary>The connections whose SYN was captured, seen from their clients.</summary>
    public FourTuple[] FourTuples
    {
        get
        {
            lock (_lock) return [.. _fourTuples];
        }
    }

    /// <summary>Observations go to <paramref name="writer"/> from now on; what came before was nobody's.</summary>
    /// <param name="writer">The recording.</param>
    /// <param name="states">Told which connections there are.</param>
    /// <param name="isWaitedFor">Scripts wait for what passes.</param>
    /// <param name="listeners">Told of listeners and SYNs; null: nobody looks for listeners.</param>
    /// <param name="sieve">Takes the kernel's reports on their way to the writer; null: all are wanted.</param>
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
            Tally?.OnSegment(segment);
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
        if (_eventFilter is { } sieve) sieve.OnTrace(trace);
        else _writer?.OnTrace(trace);
    }

    private void Remember(FourTuple client)
    {
        lock (_lock)
        {
            if (_fourTuples.Count < MostRemembered) _fourTuples.Add(client);
        }
    }
}
