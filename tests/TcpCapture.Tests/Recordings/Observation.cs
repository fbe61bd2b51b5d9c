using TcpCapture.Model;

namespace TcpCapture.Tests.Recordings;

/// <summary>An observation that a test keeps before it delivers it.</summary>
internal sealed record Observation(long Time, int Source, Action<IObservationSink> Deliver);
