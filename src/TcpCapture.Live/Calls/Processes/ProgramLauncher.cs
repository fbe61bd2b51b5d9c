using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A thread that only starts programs, so that all its children are programs.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProgramLauncher : IDisposable
{
    private readonly BlockingCollection<Task> _starts = [];
    private readonly Thread _thread;

    public ProgramLauncher()
    {
        using var begun = new ManualResetEventSlim();
        _thread = new Thread(() =>
        {
            ThreadId = OwnNumber();
            begun.Set();
            foreach (var start in _starts.GetConsumingEnumerable()) start.RunSynchronously(TaskScheduler.Default);
        })
        { IsBackground = true, Name = "launcher" };
        _thread.Start();
        begun.Wait();
    }

    /// <summary>The thread ID; 0 if /proc does not give it.</summary>
    public int ThreadId { get; private set; }

    /// <summary>Runs <paramref name="start"/> on the thread and waits for it; its exception is rethrown here.</summary>
    public T Run<T>(Func<T> start)
    {
        var task = new Task<T>(start);
        _starts.Add(task);
        return task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _starts.CompleteAdding();
        _thread.Join();
        _starts.Dispose();
    }

    /// <summary><c>/proc/thread-self</c> is a link to <c>PID/task/TID</c>.</summary>
    private static int OwnNumber()
    {
        var target = new FileInfo("/proc/thread-self").LinkTarget;
        _ = int.TryParse(target?[(target.LastIndexOf('/') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return number;
    }
}
