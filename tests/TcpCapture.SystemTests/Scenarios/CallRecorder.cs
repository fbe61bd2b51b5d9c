using System.Collections.Concurrent;
using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Scenarios;

/// <summary>Records socket calls.</summary>
internal sealed class CallRecorder : IObservationSink
{
    private readonly ConcurrentQueue<SocketCall> _calls = new();

    public IReadOnlyCollection<SocketCall> Calls => _calls;

    /// <summary>The calls in the order they began: <c>c:connect=0</c>, <c>s:recv=ECONNRESET</c>, or <c>c:connect…</c> without a return.</summary>
    public string Sequence => string.Join(' ', _calls.GroupBy(call => call.Id).OrderBy(group => group.Key).Select(group => Text(group.Last())));

    public void OnCall(SocketCall call) => _calls.Enqueue(call);

    public void OnFrame(in Frame frame)
    {
    }

    public void OnSample(SocketSample sample)
    {
    }

    public void OnOwner(SocketOwner owner)
    {
    }

    public void OnTrace(KernelEvent trace)
    {
    }

    private static string Text(SocketCall call) => call.Side.ToText()[..1] + ":" + call.Name + (call switch
    {
        { End: null } => "…",
        { Error: { } error } => "=" + error,
        { Name: "fork" } => "", // the result is a process number
        _ => string.Create(CultureInfo.InvariantCulture, $"={call.Result}"),
    });
}
