using TcpCapture.Live.Sockets;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Sockets;

public class CallLogTests
{
    private readonly Calls _calls = new();

    [Fact]
    public void DeliversACallTwiceUnderTheSameId()
    {
        var log = new CallLog(_calls);
        var server = Endpoint.From(System.Net.IPAddress.Loopback, 80);
        var begun = log.Begin(Side.Client, 7, "connect", "127.0.0.1:80", null, server);
        var returned = log.Return(begun, -1, "ECONNREFUSED", null, null);

        Assert.Equal([begun, returned], _calls.All);
        Assert.Equal((1L, 7, null, null), (begun.Id, begun.Socket, begun.End, begun.Result));
        Assert.Equal((1L, -1L, "ECONNREFUSED", server), (returned.Id, returned.Result, returned.Error, returned.Remote));
        Assert.True(returned.End >= returned.Begin);
        Assert.Equal(Environment.ProcessId, returned.ProcessId);
    }

    [Fact]
    public void DeliversNothingOnceSealed()
    {
        var log = new CallLog(_calls);
        var begun = log.Begin(Side.Server, 1, "accept", "");
        log.Seal();
        log.Return(begun, 2, null, null, null);
        log.Begin(Side.Server, 1, "close", "");
        Assert.Equal([begun], _calls.All);
    }

    [Fact]
    public void DeliversTheCallsOfAllThreadsInTheOrderOfTheirTimes()
    {
        var log = new CallLog(_calls);
        var threads = Enumerable.Range(1, 4).Select(socket => new Thread(() =>
        {
            for (var i = 0; i < 2000; i++) log.Return(log.Begin(Side.Client, socket, "send", ""), 1, null, null, null);
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(16_000, _calls.All.Count);
        var times = _calls.All.Select(call => (call.End ?? call.Begin).Nanoseconds).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(Enumerable.Range(1, 8000).Select(id => (long)id), _calls.All.Where(call => call.End is null).Select(call => call.Id));
    }

    /// <summary>Not thread-safe, so the log's lock must order the calls.</summary>
    private sealed class Calls : IObservationSink
    {
        public List<SocketCall> All { get; } = [];

        public void OnCall(SocketCall call) => All.Add(call);

        public void OnFrame(in Frame frame) => throw new NotSupportedException();

        public void OnSample(SocketSample sample) => throw new NotSupportedException();

        public void OnOwner(SocketOwner owner) => throw new NotSupportedException();

        public void OnTrace(KernelEvent trace) => throw new NotSupportedException();
    }
}
