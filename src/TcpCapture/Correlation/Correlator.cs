using System.Runtime.CompilerServices;
using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.Segments;
using TcpCapture.Correlation.States;
using TcpCapture.Diagnosis;
using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture.Correlation;

/// <summary>
/// Makes one timeline of segments, calls and samples.
/// </summary>
/// <remarks>
/// <para>Theory of operation. Observations come in one order of time (a <c>ReorderWindow</c> stands before this); the samples
/// come a second ahead of theirs. Each observation writes its events at once, in causal order, so memory is bounded
/// by what is open:</para>
/// <list type="number">
/// <item>A call's row stands where the call began, with its result. A call that takes longer than the window has a second row
/// where it returned.</item>
/// <item>A segment moves its sender's state first (to send a FIN a socket must have left ESTABLISHED), then has its row with the
/// state of both ends, then moves its receiver's state, for at the capture point the sender has acted and the receiver has
/// not. <see cref="SegmentRules"/> has the rules.</item>
/// <item>Each change asks whether a sample shows it too: then it is "sampled", between two samples, narrowed by the segments
/// around it; else "inferred".</item>
/// <item>A close that has returned has moved its socket even if its FIN has not passed yet (<see cref="ReturnedCloses"/>), and a
/// connect that does not wait its socket to SYN_SENT: so crossing FINs and SYNs are known without a guess.</item>
/// <item>Where the kernel is traced its report is better still: the change is "traced", at the kernel's own time; and what
/// a traced socket did not report it did not do, whatever the segment would have led to.</item>
/// <item>A sample that no segment or call has explained when the events have passed it becomes a change of its own: that is how
/// the end of TIME_WAIT, or of FIN_WAIT_2 by its timer, is known.</item>
/// </list>
/// <para>A merged recording has two capture points, one at each host, and a segment two observations: it is sent, which moves its
/// sender and gives it its row, and it arrives, at a time of its own that its frame carries, which moves its receiver. What never arrives moves nobody. A
/// recording of one host has one observation for both. So of two hosts nothing about the way between needs to be inferred: not
/// which FINs crossed, nor what an end had received when it acted.</para>
/// <para>Causes are found by sequence numbers, not by time: a data segment is caused by the send whose bytes it carries, an ACK by
/// the segment it acknowledges, a FIN by the close or shutdown, an RST by what <see cref="ResetJudge"/> finds.</para>
/// </remarks>
internal sealed class Correlator
{
    /// <summary>How far ahead of its time a sample or a kernel event comes.</summary>
    private const long LookaheadNanoseconds = 1_000_000_000;

    private readonly PendingSamples _samples = new();
    private readonly PendingKernelEvents _traces = new();
    private readonly EventWriter _writer;
    private readonly ConnectionTable _connections;
    private readonly ReturnedCloses _closes;
    private readonly CallCorrelator _calls;
    private readonly SampleCorrelator _sampleCorrelator;
    private readonly KernelEventCorrelator _kernelEventCorrelator;

    /// <summary>True once anything but segments came; before that a segment has nothing to catch up with.</summary>
    private bool _isObserved;

    private readonly SegmentCorrelator _segments;

    /// <param name="sink">Takes the timeline.</param>
    /// <param name="ports">The ports that the recording was asked for; null: none.</param>
    /// <param name="register">Gives connections their numbers; null: they are numbered as they begin.</param>
    /// <param name="markSink">Takes every segment that has marks, even without a row in the timeline; null for none.</param>
    /// <param name="peerStates">The pool of peer states, if the sink returns them there; null otherwise.</param>
    /// <param name="tables">Correlators that follow the connections of one capture together: each is to hold its share.</param>
    public Correlator(
        ITimelineSink sink, IReadOnlyList<ushort>? ports = null, IConnectionRegister? register = null, IMarkSink? markSink = null,
        PeerStatePool? peerStates = null, int tables = 1)
    {
        var listeners = new Listeners();
        _writer = new EventWriter(sink, _samples, _traces);
        _connections = new ConnectionTable(_writer, register ?? new ConnectionRegister(), ConnectionLimits.Whole.Share(tables), peerStates ?? new PeerStatePool());
        _closes = new ReturnedCloses(_writer);
        _calls = new CallCorrelator(_connections, listeners, _closes, _writer);
        var earlier = new EarlierConnections(_connections, listeners, ports ?? [], _writer);
        _sampleCorrelator = new SampleCorrelator(_samples, _connections, earlier, listeners, _writer);
        _kernelEventCorrelator = new KernelEventCorrelator(_traces, _connections, listeners, _writer);
        _segments = new SegmentCorrelator(_connections, earlier, listeners, _calls, _traces, _writer, markSink);
    }

    /// <summary>Number of events written.</summary>
    public long Events => _writer.NextNumber - 1;

    /// <summary>Connections in memory.</summary>
    public int Connections => _connections.Count;

    /// <summary>Connections dropped because too many were open.</summary>
    public long GivenUp => _connections.GivenUp;

    /// <summary>Kernel events in memory.</summary>
    public int HeldReports => _traces.Held + _traces.HeldPortless;

    /// <summary>Where sources contradicted each other beyond what their clocks allow.</summary>
    public IReadOnlyList<Disagreement> Disagreements => _writer.Disagreements;

    /// <summary>A segment of a recording.</summary>
    public void OnSegment(in Segment segment, long frameNumber, in Frame frame)
    {
        if (_isObserved || frame.Passage is not null) CatchUp(segment.Time);
        _segments.Process(segment, _connections.Find(segment), frameNumber, frame);
    }

    /// <summary>
    /// <see cref="OnCaptured"/> for the segments that move no state and have no row: nearly all. There is nothing but segments in a
    /// capture file, so events are numbered by frame.
    /// </summary>
    /// <param name="segment">The segment.</param>
    /// <param name="hash">The <see cref="FourTupleHash"/> of its four-tuple.</param>
    /// <param name="frameNumber">Number of its frame.</param>
    /// <param name="isProcessed">False if it has to go to <see cref="OnCaptured"/>: nothing was done with it.</param>
    /// <returns>What stands on its four-tuple; null for nothing.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConnectionTable.Slot? OnCapturedFast(in Segment segment, ulong hash, long frameNumber, out bool isProcessed) =>
        _segments.ProcessFast(segment, hash, frameNumber, out isProcessed);

    /// <summary>A segment of a capture file that <see cref="OnCapturedFast"/> did not process.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="known">What stands on its four-tuple; null for nothing.</param>
    /// <param name="frameNumber">Number of its frame.</param>
    /// <param name="frame">Its frame.</param>
    public void OnCaptured(in Segment segment, ConnectionTable.Slot? known, long frameNumber, in Frame frame) =>
        _segments.Process(segment, known, frameNumber, frame);

    /// <summary>A segment of a capture file whose checksum is wrong: it moves nothing and has no row.</summary>
    public void OnCorrupt(in Segment segment, ulong hash) => _segments.ProcessCorrupt(segment, hash);

    /// <summary>A frame that cannot be decoded as a segment: it has a row, so that no frame is hidden, and moves nothing.</summary>
    public void OnUnreadable(string why, long frameNumber, in Frame frame)
    {
        CatchUp(frame.Time);
        _writer.Write(new TimelineEvent
        {
            Number = _writer.NextNumber,
            Kind = EventKind.Segment,
            Time = frame.Time,
            Frame = frameNumber,
            Note = why,
        }, frame);
    }

    /// <summary>A call, whole or only its begin, or the return of one whose begin came before.</summary>
    public void OnCall(SocketCall call)
    {
        _isObserved = true;
        CatchUp(_calls.TimeOf(call));
        _calls.Process(call);
    }

    /// <summary>
    /// The next observation is one that makes no row of its own: writes the calls that have returned before it, so that they
    /// stand before it in a file, too.
    /// </summary>
    /// <param name="time">Its time.</param>
    /// <param name="isAhead">It comes ahead of its time.</param>
    public void Approach(Timestamp time, bool isAhead) =>
        _calls.CatchUp(isAhead ? new Timestamp(time.Nanoseconds - LookaheadNanoseconds) : time);

    /// <summary>A sample, ahead of its time.</summary>
    public void OnSample(SocketSample sample)
    {
        _isObserved = true;
        _samples.Add(sample);
    }

    /// <summary>A kernel event, ahead of its time.</summary>
    public void OnTrace(KernelEvent report)
    {
        _isObserved = true;
        _traces.Add(report);
        _kernelEventCorrelator.Relieve();
    }

    /// <summary>The owner of a socket.</summary>
    public void OnOwner(SocketOwner owner)
    {
        _isObserved = true;
        CatchUp(owner.Time); // a socket without a segment is known by its look alone; the calls before it stand above it
        _sampleCorrelator.Process(owner);
    }

    /// <summary>The input has ended: writes what is left, the connections in the order in which they began.</summary>
    /// <param name="isContinued">True if what is open goes on in another part of the recording.</param>
    public void Finish(bool isContinued = false)
    {
        FinishObservations();
        foreach (var connection in TakeAll(isContinued).OrderBy(connection => connection.Number)) _writer.Tell(connection);
    }

    /// <summary>The input has ended: writes what is left except the connections (<see cref="TakeAll"/>).</summary>
    public void FinishObservations()
    {
        while (_segments.NextArrival is { } arrival) Arrive(arrival);
        _calls.CatchUp(new Timestamp(long.MaxValue));
        _closes.CatchUp(new Timestamp(long.MaxValue));
        _kernelEventCorrelator.Finish();
        _sampleCorrelator.Finish();
    }

    /// <summary>Takes out every connection left, in no order: they have ended as far as this goes.</summary>
    /// <param name="isContinued">True if what is open goes on in another part of the recording.</param>
    public IReadOnlyList<Connection> TakeAll(bool isContinued = false)
    {
        var left = _connections.TakeAll();
        foreach (var connection in left)
        {
            connection.GoesOn = isContinued && !connection.IsOver;
            _writer.Complete(connection);
        }

        return left;
    }

    /// <summary>Catches up with what happened by now. Calls come first: a sample improves the evidence of what they say.</summary>
    private void CatchUp(Timestamp now)
    {
        while (_segments.NextArrival is { } arrival && arrival <= now) Arrive(arrival);
        Evidence(now);
    }

    private void Arrive(Timestamp time)
    {
        Evidence(time);
        _segments.Arrive();
    }

    private void Evidence(Timestamp now)
    {
        _calls.CatchUp(now);
        _closes.CatchUp(now);
        _kernelEventCorrelator.CatchUp(now);
        _sampleCorrelator.CatchUp(now);
    }
}
