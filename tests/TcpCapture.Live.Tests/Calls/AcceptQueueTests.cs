using TcpCapture.Live.Calls.Processes;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Calls;

public class AcceptQueueTests
{
    private readonly AcceptQueue _queue = new() { Listeners = 1 };

    [Fact]
    public void SuccessiveConnectionsAreAcceptedInOrder()
    {
        var first = Child(1, made: 10, established: 20);
        var second = Child(2, made: 30, established: 40);

        Assert.Same(first, Accept(Socket(1), 50, 60));
        Assert.Same(second, Accept(Socket(2), 70, 80));
    }

    [Fact]
    public void OverlappingHandshakesLeaveTheConnectionUnknown()
    {
        Child(1, made: 10, established: 30);
        Child(2, made: 20, established: 40);

        Assert.Null(Accept(Socket(1), 50, 60));
        Assert.Null(Accept(Socket(2), 70, 80));
        Assert.Null(_queue.Deduce());
    }

    [Fact]
    public void IdentifyingOneConnectionIdentifiesTheOther()
    {
        var first = Child(1, made: 10, established: 30);
        var second = Child(2, made: 20, established: 40);
        var (one, other) = (Socket(1), Socket(2));
        Accept(one, 50, 60);
        Accept(other, 70, 80);
        _queue.Remove(second);
        _queue.Settle(one);

        Assert.Equal((other, first), _queue.Deduce());
    }

    [Fact]
    public void ALaterConnectionIsNoCandidateForAnAccept()
    {
        var first = Child(1, made: 10, established: 20);
        _queue.BeginAccept();
        _queue.BeginAccept();

        Assert.Same(first, _queue.EndAccept(Socket(1), new Timestamp(5), new Timestamp(25)));
    }

    [Fact]
    public void ConcurrentAcceptsLeaveTheConnectionUnknown()
    {
        Child(1, made: 10, established: 20);
        Child(2, made: 30, established: 40);
        _queue.BeginAccept();
        _queue.BeginAccept();

        Assert.Null(_queue.EndAccept(Socket(1), new Timestamp(5), new Timestamp(50)));
    }

    [Fact]
    public void ListenersThatShareAnAddressLeaveTheConnectionUnknown()
    {
        _queue.Listeners = 2;
        Child(1, made: 10, established: 20);
        Child(2, made: 30, established: 40);

        Assert.Null(Accept(Socket(1), 50, 60));
    }

    [Fact]
    public void AForeignListenerAtTheAddressLeavesTheConnectionUnknown()
    {
        _queue.IsShared = true;
        Child(1, made: 10, established: 20);
        Child(2, made: 30, established: 40);

        Assert.Null(Accept(Socket(1), 50, 60));
    }

    private static ProgramSocket Socket(int number) => new(number, isAccepted: true);

    private PendingConnection Child(ulong address, long made, long established)
    {
        var child = new PendingConnection(address, new Timestamp(made)) { Established = new Timestamp(established) };
        _queue.Add(child);
        return child;
    }

    private PendingConnection? Accept(ProgramSocket accepted, long begin, long end)
    {
        _queue.BeginAccept();
        return _queue.EndAccept(accepted, new Timestamp(begin), new Timestamp(end));
    }
}
