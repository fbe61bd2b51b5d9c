using System.Runtime.Versioning;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>
/// The kernel's trace and the looks at sockets, joined: the trace tells changes of full sockets exactly, the looks show what
/// it leaves out (half-open connections, mini-sockets in FIN_WAIT_2 and TIME_WAIT, and their end).
/// </summary>
/// <remarks>A trace that ends early leaves the looks going on; <see cref="Trace"/> says so.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class TracedSource(string reason, KernelTracer tracer, IStateSource sampler) : IStateSource
{
    public string Name => "traced";

    public string Reason => reason;

    public SamplingStatistics Statistics => sampler.Statistics;

    public TraceStatistics? Trace => tracer.Statistics;

    public void Start(IObservationSink sink)
    {
        tracer.Start(sink);
        sampler.Start(sink);
    }

    public void Watch(FourTuple connection) => sampler.Watch(connection);

    public void WatchListener(Endpoint listener) => sampler.WatchListener(listener);

    public void Adopt(IReadOnlyList<ushort> ports) => sampler.Adopt(ports);

    public bool WaitFor(Func<ISocketSnapshots, bool> condition, TimeSpan timeout) => sampler.WaitFor(condition, timeout);

    public void SampleNow() => sampler.SampleNow();

    public void Stop()
    {
        try
        {
            sampler.Stop();
        }
        finally
        {
            tracer.Stop();
        }
    }

    public void Dispose()
    {
        tracer.Dispose();
        sampler.Dispose();
    }
}
