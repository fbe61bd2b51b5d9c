using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>A sample of a recording: the segments with the smallest fingerprint hashes, and its host's own addresses.</summary>
// Two recordings of the same traffic keep the same segments, so sketches show whether the recordings belong together.
internal sealed class RecordingSketch : IObservationSink
{
    public const int Capacity = 1 << 16; // number of segments kept: all of most recordings, a few megabytes at most
    private const int MaxAddresses = 4096; // maximum number of own addresses

    private readonly PriorityQueue<SketchedSegment, ulong> _kept = new(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
    private readonly HashSet<Endpoint> _own = [];
    private readonly int _capacity;

    private RecordingSketch(int capacity) => _capacity = capacity;

    public long Segments { get; private set; }
    public long Frames { get; private set; }
    public Timestamp Last { get; private set; } // the last frame's time
    public long LastCall { get; private set; } // the highest number of a call, and of a socket
    public int LastSocket { get; private set; }

    /// <summary>The segments kept, unordered.</summary>
    public IEnumerable<SketchedSegment> Kept => _kept.UnorderedItems.Select(item => item.Element);

    public RecordingEnd? End { get; private set; } // how the recording ended; null if it was cut off
    public string? CutOff { get; private set; } // where and why it was cut off; else null

    /// <exception cref="TcpCaptureException">The recording is damaged.</exception>
    public static RecordingSketch Of(Recording recording, int capacity = Capacity)
    {
        var sketch = new RecordingSketch(capacity);
        recording.Replay(sketch);
        sketch.End = recording.End;
        sketch.CutOff = recording.CutOff;
        return sketch;
    }

    /// <summary>True if a sample or a call showed a socket of this host with the address.</summary>
    public bool IsOwn(Endpoint end) => _own.Contains(end.WithPort(0));

    public void OnFrame(in Frame frame)
    {
        Frames++;
        Last = frame.Time;
        if (SegmentDecoder.Decode(frame, out var segment) != DecodeResult.Segment) return;
        Segments++;
        var hash = SegmentFingerprint.Of(segment).Hash();
        var kept = new SketchedSegment(hash, frame.Time, segment.FourTuple, Frames, DatagramIdentification.Of(frame));
        if (_kept.Count < _capacity) _kept.Enqueue(kept, hash);
        else _kept.EnqueueDequeue(kept, hash);
    }

    public void OnCall(SocketCall call)
    {
        LastCall = Math.Max(LastCall, call.Id);
        LastSocket = Math.Max(LastSocket, call.Socket);
        if (call.Name == "accept" && call.Result is > 0 and < int.MaxValue) LastSocket = Math.Max(LastSocket, (int)call.Result);
        if (call.Local is { } local) AddOwn(local);
    }

    public void OnSample(SocketSample sample)
    {
        if (sample.Kind != SocketKind.Absent) AddOwn(sample.Local);
    }

    public void OnOwner(SocketOwner owner) => AddOwn(owner.Local);

    // OnTrace is not needed: a trace covers every namespace of the machine, so its addresses may not be the host's own.
    private void AddOwn(Endpoint end)
    {
        if (!end.IsAnyAddress && _own.Count < MaxAddresses) _own.Add(end.WithPort(0));
    }
}

/// <summary>A segment that a sketch kept: its fingerprint's hash, and time, addresses and frame at that host.</summary>
internal readonly record struct SketchedSegment(ulong Hash, Timestamp Time, FourTuple FourTuple, long Frame, ushort Identification);
