using System.Collections.Concurrent;
using System.Runtime.Versioning;
using TcpCapture.Live.Platform;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>Finds the processes that hold sockets by searching /proc, because the kernel maps no socket to its process.</summary>
/// <remarks>
/// A search takes milliseconds on a busy machine, so it runs on a low-priority thread with a bounded queue; one search answers
/// all queued questions. If several processes hold a socket, this process wins, then the lowest process number.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class SocketOwners(int capacity = 1024) : ISocketOwnerFinder
{
    // accept(2) assigns the inode shortly before the process gets the descriptor.
    private static readonly TimeSpan SecondTry = TimeSpan.FromMilliseconds(5);

    // A hung /proc must not block the end of a recording.
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
            // Complete was called.
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
        // A thread that did not end in time still uses the queue.
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
            // A failed search leaves owners unknown, which is counted. An exception on this thread would end the process.
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

    /// <summary>Searches all processes once and removes the sockets it finds from <paramref name="wanted"/>.</summary>
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
            if (LinuxProcess.NameOf(process) is not { } name) return; // the process has just ended
            wanted.Remove(inode);
            var now = Timestamp.Now;
            foreach (var end in ends) _sink?.OnOwner(new SocketOwner(now, end.Local, end.Remote, inode, process, name));
            if (wanted.Count == 0) return;
        }
    }
}
