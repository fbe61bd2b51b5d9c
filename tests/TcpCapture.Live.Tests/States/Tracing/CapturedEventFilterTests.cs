using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Live.Tests.States.Tracing;

public class CapturedEventFilterTests
{
    private static readonly Endpoint Server = Endpoint.FromBytes([10, 0, 0, 2], 80);

    private readonly ObservationLog _log = new();
    private readonly CapturedEventFilter _eventFilter;

    public CapturedEventFilterTests() => _eventFilter = new CapturedEventFilter(_log, TimeSpan.FromMilliseconds(1), capacity: 100);

    [Fact]
    public void AnEventWaitsForALaterSegment()
    {
        _eventFilter.OnTrace(Report(1000, Client(1)));
        _eventFilter.OnTrace(Report(1001, Client(2)));
        _eventFilter.OnSegment(new FourTuple(Server, Client(1)), new Timestamp(2000));
        Assert.Empty(_log.Lines);

        _eventFilter.Flush(new Timestamp(long.MaxValue));
        Assert.Contains(":1000", Assert.Single(_log.Lines)[..60]);
        Assert.Equal(0, _eventFilter.Held);
    }

    [Fact]
    public void AfterItsPatienceTheFilterDecidesWithoutFurtherSegments()
    {
        _eventFilter.OnSegment(new FourTuple(Client(1), Server), new Timestamp(500));
        _eventFilter.OnTrace(Report(1000, Client(1)));
        _eventFilter.OnTrace(Report(1000, Client(2)));
        _eventFilter.OnTrace(Report(3_000_000, Client(3)));

        Assert.Single(_log.Lines);
        Assert.Equal(1, _eventFilter.Held);
    }

    [Fact]
    public void ASocketWithoutAPortPassesByItsPeerAndAListenerByItsPort()
    {
        _eventFilter.OnSegment(new FourTuple(Client(1), Server), new Timestamp(500));
        _eventFilter.OnTrace(Report(1000, Client(0).WithPort(0)));
        _eventFilter.OnTrace(Report(1001, Server) with { Remote = Endpoint.FromBytes([0, 0, 0, 0], 0) });
        _eventFilter.OnTrace(Report(1002, Server.WithPort(81)) with { Remote = Endpoint.FromBytes([0, 0, 0, 0], 0) });
        _eventFilter.Flush(new Timestamp(long.MaxValue));

        Assert.Equal(2, _log.Lines.Count);
    }

    /// <summary>A drop has no addresses: it is joined to a segment later.</summary>
    [Fact]
    public void ADropPasses()
    {
        _eventFilter.OnTrace(new KernelEvent
        {
            Time = new Timestamp(1000),
            Kind = KernelEventKind.Drop,
            Local = default,
            Remote = default,
            Reason = "NETFILTER_DROP",
        });
        _eventFilter.Flush(new Timestamp(long.MaxValue));

        Assert.Single(_log.Lines);
    }

    [Fact]
    public void MemoryIsBounded()
    {
        for (var number = 1; number <= 1000; number++)
        {
            _eventFilter.OnTrace(Report(1000, Client(number)));
            _eventFilter.OnSegment(new FourTuple(Client(number), Server), new Timestamp(1000));
            Assert.InRange(_eventFilter.Held, 0, 100);
        }
    }

    private static Endpoint Client(int number) => Endpoint.FromBytes([10, 0, 0, 1], (ushort)(10_000 + number));

    private static KernelEvent Report(long time, Endpoint local) => new()
    {
        Time = new Timestamp(time),
        Kind = KernelEventKind.StateChange,
        Local = local,
        Remote = Server,
        OldState = TcpState.Closed,
        NewState = TcpState.SynSent,
    };
}
