using System.Runtime.Versioning;
using TcpCapture.Live.Platform;
using TcpCapture.Model;

namespace TcpCapture.Live.States.Tracing;

/// <summary>Combines a kernel trace and a sampler.</summary>
/// <remarks>
/// The trace reports state changes of full sockets exactly. Samples show what the trace leaves out: half-open connections,
/// mini-sockets in FIN_WAIT_2 and TIME_WAIT, and their end. If the trace ends early, sampling continues;
/// <see cref="Trace"/> has the reason.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class TracedSource(string reason, KernelTracer tracer, IStateSource sampler) : IStateSource
{
    public string Name => "traced";
    public string Reason => reason;
    public string? Failure => sampler.Failure;
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
    public bool SampleNow() => sampler.SampleNow();
    public void Stop() => Cleanup.Run(sampler.Stop, tracer.Stop);
    public void Dispose() => Cleanup.Run(tracer.Dispose, sampler.Dispose);
}
