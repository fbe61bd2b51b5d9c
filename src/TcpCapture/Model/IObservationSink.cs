namespace TcpCapture.Model;

/// <summary>
/// Takes what is observed. Each source calls it in the order of its own times; several sources may call at once, so an
/// implementation given to live sources must be safe for that. It must not throw: a source has nobody to tell.
/// </summary>
public interface IObservationSink
{
    /// <summary>A frame passed the capture point. Its bytes are valid only during the call.</summary>
    void OnFrame(in Frame frame);

    /// <summary>A call began (<see cref="SocketCall.End"/> null) or returned.</summary>
    void OnCall(SocketCall call);

    /// <summary>A look at a socket showed a change.</summary>
    void OnSample(SocketSample sample);

    /// <summary>The owner of a socket was found.</summary>
    void OnOwner(SocketOwner owner);

    /// <summary>The kernel reported something of its own TCP.</summary>
    void OnTrace(KernelEvent trace);
}
