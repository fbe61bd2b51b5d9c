using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Benchmarks;

/// <summary>A recording of <see cref="SyntheticTraffic"/> with calls and samples of both ends.</summary>
// Each connection has 20 frames, 18 calls (each observed twice) and 6 samples.
internal sealed class SyntheticRecording : IDisposable
{
    private const long CallNanoseconds = 5_000;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"tcpcapture-benchmark-{Environment.ProcessId}.pcapng");
    private long _lastCall;
    private int _lastSocket;

    public SyntheticRecording(int connections)
    {
        var traffic = SyntheticTraffic.OfConnections(connections);
        Frames = traffic.Segments.Count;
        var frames = traffic.Frames;
        var info = new RecordingInfo
        {
            Start = traffic.Segments[0].Time,
            LinkType = SyntheticTraffic.LinkType,
            Snaplen = 65535,
            StateSource = "sampled",
            CallsComplete = true,
            Server = SyntheticTraffic.ServerAddress,
        };
        File.Delete(_path);
        using var writer = RecordingWriter.Create(_path, info);
        var listener = ++_lastSocket;
        for (var i = 0; i < frames.Length; i++)
        {
            var segment = traffic.Segments[i];
            AddCalls(writer, segment, i % SyntheticTraffic.SegmentsPerConnection, listener);
            writer.OnFrame(new Frame(segment.Time, info.LinkType, frames[i].Length, frames[i]));
            AddSamples(writer, segment, i % SyntheticTraffic.SegmentsPerConnection);
        }

        if (!writer.Complete(new RecordingEnd { Time = traffic.Segments[^1].Time, Frames = Frames })) throw writer.Failure!;
    }

    public int Frames { get; }

    /// <summary>Calls and samples; the entry and the return of a call count as two.</summary>
    public int Others { get; private set; }

    public Recording Open() => Recording.Open(_path);
    public void Dispose() => File.Delete(_path);

    private void AddCalls(RecordingWriter writer, in Segment segment, int position, int listener)
    {
        var fromClient = segment.Destination == SyntheticTraffic.ServerAddress;
        var (client, server) = fromClient ? (segment.Source, segment.Destination) : (segment.Destination, segment.Source);
        if (position == 0) _lastSocket += 2;
        var (clientSocket, serverSocket) = (_lastSocket - 1, _lastSocket);
        var before = new Timestamp(segment.Time.Nanoseconds - CallNanoseconds);
        var after = new Timestamp(segment.Time.Nanoseconds + 2 * CallNanoseconds);
        switch (position)
        {
            case 0:
                Add(writer, Side.Client, clientSocket, "connect", server.ToString(), before, 0, client, server);
                break;
            case 2:
                Add(writer, Side.Server, listener, "accept", "", after, serverSocket, server, client);
                break;
            case >= 3 and < 15 when fromClient:
                Add(writer, Side.Client, clientSocket, "send", $"{segment.Length} bytes", before, segment.Length, client, server);
                Add(writer, Side.Server, serverSocket, "recv", "4096", after, segment.Length, server, client);
                break;
            case 15:
                Add(writer, Side.Server, serverSocket, "send", $"{segment.Length} bytes", before, segment.Length, server, client);
                Add(writer, Side.Client, clientSocket, "recv", "4096", after, segment.Length, client, server);
                break;
            case 17:
                Add(writer, Side.Client, clientSocket, "close", "", before, 0, client, server);
                break;
            case 18:
                Add(writer, Side.Server, serverSocket, "close", "", before, 0, server, client);
                break;
        }
    }

    private void Add(
        RecordingWriter writer, Side side, int socket, string name, string arguments, Timestamp begin, long result,
        Endpoint local, Endpoint remote)
    {
        var call = new SocketCall
        {
            Id = ++_lastCall,
            Socket = socket,
            Side = side,
            Name = name,
            Arguments = arguments,
            Begin = begin,
            Local = local,
            Remote = remote,
            ProcessId = 4711,
        };
        writer.OnCall(call);
        writer.OnCall(call with { End = new Timestamp(begin.Nanoseconds + CallNanoseconds), Result = result });
        Others += 2;
    }

    private void AddSamples(RecordingWriter writer, in Segment segment, int position)
    {
        var (source, destination) = (segment.Source, segment.Destination);
        switch (position)
        {
            case 2:
                Add(writer, segment, source, destination, null, TcpState.Established, SocketKind.Full);
                Add(writer, segment, destination, source, null, TcpState.Established, SocketKind.Full);
                break;
            case 17:
                Add(writer, segment, destination, source, TcpState.Established, TcpState.CloseWait, SocketKind.Full);
                break;
            case 19:
                Add(writer, segment, source, destination, TcpState.Established, TcpState.TimeWait, SocketKind.TimeWait);
                Add(writer, segment, destination, source, TcpState.CloseWait, TcpState.Closed, SocketKind.Absent);
                Add(writer, segment, source, destination, TcpState.TimeWait, TcpState.TimeWait, SocketKind.TimeWait);
                break;
        }
    }

    private void Add(
        RecordingWriter writer, in Segment segment, Endpoint local, Endpoint remote, TcpState? previous, TcpState state,
        SocketKind kind)
    {
        writer.OnSample(new SocketSample
        {
            NotBefore = new Timestamp(segment.Time.Nanoseconds - CallNanoseconds),
            NotAfter = new Timestamp(segment.Time.Nanoseconds + CallNanoseconds),
            Local = local,
            Remote = remote,
            Previous = previous,
            State = state,
            Kind = kind,
            Timer = kind == SocketKind.TimeWait ? SocketTimer.TimeWait : SocketTimer.None,
            TimerMilliseconds = kind == SocketKind.TimeWait ? 60_000u : null,
            Inode = 4711,
            UserId = 0,
        });
        Others++;
    }
}
