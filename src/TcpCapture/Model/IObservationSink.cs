namespace TcpCapture.Model;

/// <summary>Receives observations; those without a method are ignored. Each source calls in its own order of time.</summary>
// Live sources call concurrently, so a sink for them must be thread-safe. It must not throw: a source cannot handle errors.
internal interface IObservationSink
{
    /// <summary>A frame passed the capture point. Its bytes are valid only during the call.</summary>
    void OnFrame(in Frame frame) { }

    /// <summary>A call began (<see cref="SocketCall.End"/> null) or returned.</summary>
    void OnCall(SocketCall call) { }

    /// <summary>A sample showed a change of a socket.</summary>
    void OnSample(SocketSample sample) { }

    /// <summary>The owner of a socket was found.</summary>
    void OnOwner(SocketOwner owner) { }

    /// <summary>The kernel reported an event of its TCP.</summary>
    void OnTrace(KernelEvent trace) { }
}

internal sealed class NoObservations : IObservationSink
{
    public static NoObservations Instance { get; } = new();
}

internal static class ObservationSinkExtensions
{
    /// <summary>Passes on an observation other than a frame.</summary>
    public static void On(this IObservationSink sink, object? observation)
    {
        switch (observation)
        {
            case SocketCall call:
                sink.OnCall(call);
                break;
            case SocketSample sample:
                sink.OnSample(sample);
                break;
            case SocketOwner owner:
                sink.OnOwner(owner);
                break;
            case KernelEvent trace:
                sink.OnTrace(trace);
                break;
        }
    }
}
