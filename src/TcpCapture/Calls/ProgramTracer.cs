using System.Runtime.Versioning;
using TcpCapture.Model;
using TcpCapture.States;

namespace TcpCapture.Calls;

/// <summary>
/// Observes the socket calls of programs that know nothing of it: of those started by <see cref="Fork"/>, of what these
/// start in turn, and of nobody else.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ProgramTracer : IDisposable
{
    private ProgramTracer()
    {
    }

    /// <summary>The processes of the programs, those that have ended included. May be asked by any thread.</summary>
    public IReadOnlyCollection<ProgramProcess> Processes => [];

    /// <summary>What was done so far. May be asked by any thread; final after <see cref="Stop"/>.</summary>
    public CallTraceStatistics Statistics => new(0, 0, 0, 0, null);

    /// <summary>Makes everything ready. Nothing is delivered before <see cref="Start"/>, and nothing is lost until then.</summary>
    /// <exception cref="StateSourceException">Calls cannot be traced here; one line says why.</exception>
    public static ProgramTracer Open() => throw new StateSourceException("this version cannot trace the calls of programs yet");

    /// <summary>Begins to deliver calls (<see cref="IObservationSink.OnCall"/>, from one thread, within half a second of each).</summary>
    public void Start(IObservationSink sink) => throw new InvalidOperationException();

    /// <summary>
    /// Runs <paramref name="start"/> on the thread whose children are observed, and waits for it. The child processes it makes
    /// in this way (fork, vfork, clone, <c>Process.Start</c>) are programs of that role from their first instruction on.
    /// What it throws is thrown here.
    /// </summary>
    public T Fork<T>(Side role, Func<T> start) => throw new InvalidOperationException();

    /// <summary>
    /// True if the process belongs to one of the programs, also after its end. Known within 0.2 s of its begin, so a process
    /// that is not known then is not theirs. May be asked by any thread.
    /// </summary>
    public bool Owns(int processId) => false;

    /// <summary>Ends it: what was called before has been delivered when this returns.</summary>
    public void Stop()
    {
    }

    public void Dispose() => Stop();
}
