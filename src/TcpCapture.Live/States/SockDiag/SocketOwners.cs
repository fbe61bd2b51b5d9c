using System.Collections.Concurrent;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>
/// Finds who holds a socket by going through /proc, since the kernel keeps no way back from a socket to a process.
/// That costs milliseconds on a busy machine: hence a thread of its own, of low priority, with a queue that turns
/// questions away when it is full. All questions waiting are answered by one pass. Where several processes hold a
/// socket, the first one found is named: this process, then by number.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class SocketOwners(int capacity = 1024) : ISocketOwnerFinder
{
    // accept(2) gives the socket its inode just before it gives the process its descriptor.
    private static readonly TimeSpan SecondTry = TimeSpan.FromMilliseconds(5);

    // A pass over a hung /proc must not hang the end of a recording.
    private static readonly TimeSpan MaxCompletion = TimeSpan.FromSeconds(5);

    private readonly BlockingCollection<(FourTuple End, ulong Inode)> _questions = new(capacity);
    private readonly ManualResetEventSlim _completing = new();
    private volatile IObservationSink? _sink;
    private Thread? _thread;
    private bool _disposed;
    private long _unanswered;

    public long Unanswered => Interlocked.Read(ref _unanswered);

    public void Start(IObservationSink sink)
    {
        _sink = sink;
        _thread = new Thread(Run) { IsBackground = true, Name = "socket owners" };
        _thread.Start();
    }

    public void Ask(in FourTuple end, ulong inode)
    {
        try
        {
            if (_questions.TryAdd((end, inode))) return;
        }
        catch (InvalidOperationException)
        {
            // The search has ended.
        }

        Interlocked.Increment(ref _unanswered);
    }

    public void Complete()
    {
        if (_disposed) return;
        _questions.CompleteAdding();
        _completing.Set();
        if (_thread is not null && !_thread.Join(MaxCompletion)) _sink = null;
    }

    public void Dispose()
    {
        // A thread that did not end in time still uses them.
        if (_disposed || _thread is { IsAlive: true }) return;
        _disposed = true;
        _questions.Dispose();
        _completing.Dispose();
    }

    private void Run()
    {
        LinuxThread.SetNiceness(LinuxThread.AfterPrograms);
        var wanted = new Dictionary<ulong, List<FourTuple>>();
        foreach (var question in _questions.GetConsumingEnumerable())
        {
            Note(wanted, question);
            while (_questions.TryTake(out var another)) Note(wanted, another);
            // A failed search leaves owners unknown, which is counted; thrown here, it would end the process.
            _ = Cleanup.Run(() =>
            {
                Answer(wanted);
                if (wanted.Count == 0) return;
                _completing.Wait(SecondTry);
                Answer(wanted);
            });
            foreach (var ends in wanted.Values) Interlocked.Add(ref _unanswered, ends.Count);
            wanted.Clear();
        }
    }

    private static void Note(Dictionary<ulong, List<FourTuple>> wanted, (FourTuple End, ulong Inode) question)
    {
        if (!wanted.TryGetValue(question.Inode, out var ends)) wanted[question.Inode] = ends = [];
        ends.Add(question.End);
    }

    /// <summary>Goes through the processes once and takes out of <paramref name="wanted"/> what it finds.</summary>
    private void Answer(Dictionary<ulong, List<FourTuple>> wanted)
    {
        SearchProcess(Environment.ProcessId, wanted);
        foreach (var process in LinuxProcess.All())
        {
            if (wanted.Count == 0) return;
            if (process != Environment.ProcessId) SearchProcess(process, wanted);
        }
    }

    private void SearchProcess(int process, Dictionary<ulong, List<FourTuple>> wanted)
    {
        foreach (var inode in LinuxProcess.SocketInodes(process))
        {
            if (!wanted.TryGetValue(inode, out var ends)) continue;
            if (LinuxProcess.NameOf(process) is not { } name) return; // it has just ended
            wanted.Remove(inode);
            var now = Timestamp.Now;
            foreach (var end in ends) _sink?.OnOwner(new SocketOwner(now, end.Local, end.Remote, inode, process, name));
            if (wanted.Count == 0) return;
        }
    }
}
