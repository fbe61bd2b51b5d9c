using TcpCapture.Model;

namespace TcpCapture.Live.States;

/// <summary>Lists all TCP sockets of the calling thread's network namespace.</summary>
internal interface ISocketLister
{
    /// <param name="ports">One end of a socket must have one of these ports; empty: every port.</param>
    /// <returns>The sockets with their addresses (a listener has no peer), in no particular order.</returns>
    /// <exception cref="TcpCaptureException">The system refuses.</exception>
    IReadOnlyList<ListedSocket> List(IReadOnlyList<ushort> ports);
}

/// <summary>A socket found by listing.</summary>
internal readonly record struct ListedSocket(FourTuple End, SocketReading Reading)
{
    /// <summary>The sample that reports a socket which existed before the recording began.</summary>
    public SocketSample ToInitialSample() => Reading.ToSample(End, Reading.Begin) with { IsInitial = true };
}
