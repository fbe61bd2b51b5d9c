using TcpCapture.Live.Capture;
using TcpCapture.Live.States;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Observation;

/// <summary>Opens what a session observes with, so that a test can give it sources without privilege.</summary>
/// <param name="OpenStates">Opens the source of socket states.</param>
/// <param name="OpenCapture">Opens the capture.</param>
internal sealed record SessionSources(
    Func<CaptureSessionOptions, TraceFilter, IStateSource> OpenStates,
    Func<LiveCaptureOptions, IObservationSink, IFrameSource> OpenCapture)
{
    /// <summary>The sources of this system.</summary>
    public static SessionSources OfSystem { get; } = new(
        static (options, trace) => StateSources.Choose(options.States, options.SampleInterval, trace),
        static (options, sink) => LiveCapture.Open(options, sink));
}
