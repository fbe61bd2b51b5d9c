using System.Runtime.CompilerServices;
using TcpCapture.Correlation.Calls;
using TcpCapture.Correlation.Connections;
using TcpCapture.Correlation.Segments;
using TcpCapture.Correlation.States;
using TcpCapture.Diagnosis;
using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture.Correlation;

/// <summary>Merges segments, calls, samples and kernel events into one timeline.</summary>
/// <remarks>
/// <para>Input: one thread delivers all observations in the order of their time (a <c>ReorderWindow</c> sorts them). Samples and
/// kernel events are delivered one second early. So when a segment is processed, the samples and kernel events around it are
/// already known, and an event is written once and never corrected. Memory grows with open connections, not with segments.</para>
/// <para>Merge: before an observation at time t is processed, <see cref="CatchUp"/> processes everything that is due by t: segments
/// that arrived at the other host, calls that returned, closes, kernel events, samples. Then these rules apply:</para>
/// <list type="number">
/// <item>Call: its row has the time of its begin and its result. A call that takes longer than the window has a second row at the
/// time of its return.</item>
/// <item>Segment: at the capture point its sender has acted and its receiver has not. So it first moves the sender's state (a
/// socket has left ESTABLISHED before it sends a FIN). Then its row is written, with the states of both ends. Then it moves the
/// receiver's state. <see cref="SegmentRules"/> is the state machine.</item>
/// <item>Evidence: segments and calls imply a change; kernel events and samples confirm it. A kernel event gives the exact time,
/// and the change is "traced". Otherwise two samples and the segments between them bound the time, and the change is "sampled".
/// Without either it is "inferred".</item>
/// <item>Denial: if the kernel reports every change of a socket and does not report an implied one, it did not happen.</item>
/// <item>Calls ahead of segments: a close that returned has moved its socket even if its FIN has not passed yet
/// (<see cref="ReturnedCloses"/>). A connect that returned without waiting has moved its socket to SYN_SENT. This is how crossed
/// FINs and SYNs are recognized.</item>
/// <item>Unexplained changes: a kernel event or sample that no segment or call has explained by its time becomes a change of its
/// own. Examples are the end of TIME_WAIT, and of FIN_WAIT_2 by its timer.</item>
/// <item>Causes are found by sequence number, not by time. The cause of data is the send that wrote the bytes, of an ACK the
/// segment it acknowledges, of a FIN the close or shutdown, of an RST what <see cref="ResetJudge"/> finds.</item>
/// </list>
/// <para>A merged recording has a capture point at each host, so both may observe a segment. Its sending moves the sender and
/// writes the row. Its arrival, at its own time, moves the receiver; a lost segment moves no receiver. So nothing between the
/// hosts is inferred: neither which FINs crossed nor what an end had received when it acted.</para>
/// </remarks>
internal sealed class Correlator
{
    /// <summary>How early samples and kernel events are delivered.</summary>
    private const long LookaheadNanoseconds = 1_000_000_000;

    private readonly PendingSamples _samples = new();
    private readonly PendingKernelEvents _traces = new();
    private readonly EventWriter _writer;
    private readonly ConnectionTable _connections;
    private readonly ReturnedCloses _closes;
    private readonly CallCorrelator _calls;
    private readonly SampleCorrelator _sampleCorrelator;
    private readonly KernelEventCorrelator _kernelEventCorrelator;
    private readonly SegmentCorrelator _segments;

    /// <summary>True after the first observation that is no segment; before it nothing can be due.</summary>
    private bool _isObserved;

    /// <summary>Creates a correlator.</summary>
    /// <param name="sink">Receives the timeline.</param>
    /// <param name="ports">The server ports of the recording; null if unknown.</param>
    /// <param name="register">Numbers connections; null numbers them as they begin.</param>
    /// <param name="markSink">Receives every segment with marks, even without a row in the timeline; null for none.</param>
    /// <param name="peerStates">The pool to which the sink returns peer states; null if it returns none.</param>
    /// <param name="tables">Number of correlators that share the connection limits.</param>
    public Correlator(
        ITimelineSink sink, IReadOnlyList<ushort>? ports = null, IConnectionRegister? register = null, IMarkSink? markSink = null,
        PeerStatePool? peerStates = null, int tables = 1)
    {
        var listeners = new Listeners();
        _writer = new EventWriter(sink, _samples, _traces);
        _connections = new ConnectionTable(
            _writer, register ?? new ConnectionRegister(), ConnectionLimits.Whole.Share(tables), peerStates ?? new PeerStatePool());
        _closes = new ReturnedCloses(_writer);
        _calls = new CallCorrelator(_connections, listeners, _closes, _writer);
        var earlier = new EarlierConnections(_connections, listeners, ports ?? [], _writer);
        _sampleCorrelator = new SampleCorrelator(_samples, _connections, earlier, listeners, _writer);
        _kernelEventCorrelator = new KernelEventCorrelator(_traces, _connections, listeners, _writer);
        _segments = new SegmentCorrelator(_connections, earlier, listeners, _calls, _traces, _writer, markSink);
    }

    public long Events => _writer.NextNumber - 1;

    public int Connections => _connections.Count;

    /// <summary>Connections dropped because too many were open.</summary>
    public long GivenUp => _connections.GivenUp;

    /// <summary>Kernel events in memory.</summary>
    public int PendingEvents => _traces.Count + _traces.PortlessCount;

    /// <summary>Contradictions between sources that exceed the error of their clocks.</summary>
    public IReadOnlyList<Disagreement> Disagreements => _writer.Disagreements;

    public void OnSegment(in Segment segment, long frameNumber, in Frame frame)
    {
        if (_isObserved || frame.Passage is not null) CatchUp(segment.Time);
        _segments.Process(segment, _connections.Find(segment), frameNumber, frame);
    }

    /// <summary>
    /// <see cref="OnCaptured"/> for a segment that moves no state and has no row, as nearly all in a capture file.
    /// </summary>
    /// <param name="segment">The segment.</param>
    /// <param name="hash">The <see cref="FourTupleHash"/> of its four-tuple.</param>
    /// <param name="frameNumber">Its frame number, which also numbers its events.</param>
    /// <param name="isProcessed">False if nothing was done and the segment needs <see cref="OnCaptured"/>.</param>
    /// <returns>The slot of its four-tuple; null if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConnectionTable.Slot? OnCapturedFast(in Segment segment, ulong hash, long frameNumber, out bool isProcessed) =>
        _segments.ProcessFast(segment, hash, frameNumber, out isProcessed);

    /// <summary>
    /// A segment of a capture file that <see cref="OnCapturedFast"/> did not process; <paramref name="known"/> is the slot of
    /// its four-tuple.
    /// </summary>
    public void OnCaptured(in Segment segment, ConnectionTable.Slot? known, long frameNumber, in Frame frame) =>
        _segments.Process(segment, known, frameNumber, frame);

    /// <summary>Counts a segment of a capture file with a wrong checksum: it moves no state and has no row.</summary>
    public void OnCorrupt(in Segment segment, ulong hash) => _segments.ProcessCorrupt(segment, hash);

    /// <summary>Writes a row for a frame that cannot be decoded, so that no frame is hidden.</summary>
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

    /// <summary>Processes a call: complete, only its begin, or the return after an earlier begin.</summary>
    public void OnCall(SocketCall call)
    {
        _isObserved = true;
        CatchUp(_calls.TimeOf(call));
        _calls.Process(call);
    }

    /// <summary>Writes the calls that returned before an observation that has no row of its own.</summary>
    /// <param name="time">The time of the observation.</param>
    /// <param name="isAhead">True if it is delivered early.</param>
    public void Approach(Timestamp time, bool isAhead) =>
        _calls.CatchUp(isAhead ? new Timestamp(time.Nanoseconds - LookaheadNanoseconds) : time);

    /// <summary>Adds a sample, one second early.</summary>
    public void OnSample(SocketSample sample)
    {
        _isObserved = true;
        _samples.Add(sample);
    }

    /// <summary>Adds a kernel event, one second early.</summary>
    public void OnTrace(KernelEvent report)
    {
        _isObserved = true;
        _traces.Add(report);
        _kernelEventCorrelator.Relieve();
    }

    public void OnOwner(SocketOwner owner)
    {
        _isObserved = true;
        CatchUp(owner.Time); // only a sample shows a socket without segments, and earlier calls come first
        _sampleCorrelator.Process(owner);
    }

    /// <summary>Ends the input: writes what is pending, then the connections in the order they began.</summary>
    /// <param name="isContinued">True if open connections continue in the next part of the recording.</param>
    public void Finish(bool isContinued = false)
    {
        FinishObservations();
        foreach (var connection in TakeAll(isContinued).OrderBy(connection => connection.Number)) _writer.Report(connection);
    }

    /// <summary>Ends the input: writes what is pending, but not the connections (see <see cref="TakeAll"/>).</summary>
    public void FinishObservations()
    {
        while (_segments.NextArrival is { } arrival) Arrive(arrival);
        _calls.CatchUp(new Timestamp(long.MaxValue));
        _closes.CatchUp(new Timestamp(long.MaxValue));
        _kernelEventCorrelator.Finish();
        _sampleCorrelator.Finish();
    }

    /// <summary>Removes and returns all connections, in no order.</summary>
    /// <param name="isContinued">True if open connections continue in the next part of the recording.</param>
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

    /// <summary>Processes everything due by <paramref name="now"/>. Calls precede samples, which confirm their changes.</summary>
    private void CatchUp(Timestamp now)
    {
        while (_segments.NextArrival is { } arrival && arrival <= now) Arrive(arrival);
        CatchUpSources(now);
    }

    private void Arrive(Timestamp time)
    {
        CatchUpSources(time);
        _segments.Arrive();
    }

    private void CatchUpSources(Timestamp now)
    {
        _calls.CatchUp(now);
        _closes.CatchUp(now);
        _kernelEventCorrelator.CatchUp(now);
        _sampleCorrelator.CatchUp(now);
    }
}

/// <summary>Receives every segment with marks, whether or not it has a row in the timeline.</summary>
internal interface IMarkSink
{
    /// <summary>Receives the next segment with at least one mark, in capture order.</summary>
    void OnMarked(Connection connection, Side side, Timestamp time, long frame, SegmentMarks marks);
}
