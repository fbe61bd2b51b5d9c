using TcpCapture.Live.Programs;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Programs;

public class ConnectionOwnersTests
{
    private const int Ours = 10;
    private const int Others = 500;
    private const int Ended = 901;

    private static readonly Endpoint Client = Parse("127.0.0.1:4711");
    private static readonly Endpoint Server = Parse("127.0.0.1:80");
    private static readonly Endpoint Remote = Parse("192.0.2.1:80");
    private static readonly FourTuple Loopback = new(Client, Server);

    private readonly KnownProcesses _processes = new();
    private readonly ConnectionOwners _owners;
    private ulong _socket;

    public ConnectionOwnersTests() => _owners = new ConnectionOwners(_processes, end => !end.Equals(Remote));

    [Fact]
    public void AConnectionOfTheProgramsIsKept()
    {
        Connect(Client, Remote, 100, Ours);
        var foreign = _owners.FindForeign();
        Assert.Equal((1, 0, 0), (foreign.Kept, foreign.LeftOut, foreign.Unknown));
        Assert.True(foreign.IsEmpty);
    }

    [Fact]
    public void AConnectionOfAnotherProcessIsLeftOutWithItsSamplesAndEvents()
    {
        var connect = Connect(Client, Remote, 100, Others);
        var foreign = _owners.FindForeign();
        Assert.Equal((0, 1, 0), (foreign.Kept, foreign.LeftOut, foreign.Unknown));
        Assert.True(foreign.Has(new FourTuple(Client, Remote), new Timestamp(100)));
        Assert.True(foreign.Has(new FourTuple(Remote, Client), new Timestamp(5000)));
        Assert.True(foreign.Has(connect)); // the event has no port, so it cannot be found by the four-tuple
        Assert.False(foreign.Has(connect with { Time = new Timestamp(99) }));
        Assert.False(foreign.Has(new FourTuple(Client.WithPort(4712), Remote), new Timestamp(100)));
    }

    [Fact]
    public void AnotherProcessConnectedToTheProgramsServerIsKept()
    {
        Listen(Server, 1, Ours);
        Connect(Client, Server, 100, Others);
        Assert.Equal(1, _owners.FindForeign().Kept);
    }

    [Fact]
    public void AProgramConnectedToAnotherProcessIsKept()
    {
        _owners.AddListener(Parse("[::]:80"), new Timestamp(long.MinValue), 0, null, isOurs: false);
        Connect(Client, Server, 100, Ours);
        Assert.Equal(1, _owners.FindForeign().Kept);
    }

    [Fact]
    public void AConnectionBetweenOtherProcessesIsLeftOut()
    {
        _owners.AddListener(Parse("0.0.0.0:80"), new Timestamp(long.MinValue), 0, null, isOurs: false);
        Connect(Client, Server, 100, Others);
        Assert.Equal(1, _owners.FindForeign().LeftOut);
    }

    [Fact]
    public void AConnectionOfAnUnknownClientIsKeptAndCounted()
    {
        _owners.AddListener(Server, new Timestamp(long.MinValue), 0, null, isOurs: false);
        Syn(Client, Server, 100, 1);
        var foreign = _owners.FindForeign();
        Assert.Equal((0, 0, 1), (foreign.Kept, foreign.LeftOut, foreign.Unknown));
        Assert.False(foreign.Has(Loopback, new Timestamp(100)));
    }

    [Fact]
    public void AProcessThatEndedEarlyIsKnownAtTheEnd()
    {
        Connect(Client, Remote, 100, Ended);
        Connect(Client.WithPort(4712), Remote, 200, Ended + 1);
        Connect(Client.WithPort(4713), Remote, 300, Ended + 2);
        _processes.Traced[Ended] = true;
        _processes.Traced[Ended + 1] = false;
        var foreign = _owners.FindForeign();
        Assert.Equal((1, 1, 1), (foreign.Kept, foreign.LeftOut, foreign.Unknown));
        Assert.True(foreign.Has(new FourTuple(Client.WithPort(4712), Remote), new Timestamp(200)));
    }

    [Fact]
    public void AThreadIdentifiesAnUnknownProcess()
    {
        Connect(Client, Remote, 100, Ended, isThread: true);
        _processes.Traced[Ended] = true;
        Assert.Equal(1, _owners.FindForeign().Kept);
    }

    [Fact]
    public void EachConnectionOfAReusedPortHasItsOwnOwner()
    {
        Connect(Client, Remote, 1000, Others, isn: 1);
        Syn(Client, Remote, 1500, 1); // a retransmission: the same connection
        Connect(Client, Remote, 2000, Ours, isn: 2);
        Connect(Client, Remote, 3000, Others, isn: 3);
        var foreign = _owners.FindForeign();
        Assert.Equal((1, 2), (foreign.Kept, foreign.LeftOut));
        var tuple = new FourTuple(Client, Remote);
        Assert.Equal([true, true, false, false, true], new[] { 1000, 1999, 2000, 2999, 3000 }.Select(time => foreign.Has(tuple, new Timestamp(time))));
    }

    [Fact]
    public void LateEvidenceIsAssignedToTheConnectionOfItsTime()
    {
        Syn(Client, Remote, 1000, 1);
        Syn(Client, Remote, 2000, 2);
        Report(Client, Remote, 1000, Others);
        Report(Client, Remote, 2000, Ours);
        var foreign = _owners.FindForeign();
        Assert.True(foreign.Has(new FourTuple(Client, Remote), new Timestamp(1500)));
        Assert.False(foreign.Has(new FourTuple(Client, Remote), new Timestamp(2500)));
    }

    [Fact]
    public void EvidenceCanArriveBeforeTheSegment()
    {
        Report(Client, Remote, 1000, Others);
        Syn(Client, Remote, 1000, 1);
        Assert.Equal(1, _owners.FindForeign().LeftOut);
    }

    [Fact]
    public void ASampleIsEvidenceAndACallOverridesIt()
    {
        Syn(Client, Remote, 1000, 1);
        _owners.OnOwner(new SocketOwner(new Timestamp(1500), Client, Remote, 7, Others, "other"));
        Assert.Equal(1, _owners.FindForeign().LeftOut);
        _owners.OnCall(new SocketCall
        {
            Id = 1,
            Socket = 1,
            Side = Side.Client,
            Name = "connect",
            Begin = new Timestamp(900),
            End = new Timestamp(1100),
            Result = 0,
            Local = Client,
            Remote = Remote,
            ProcessId = Ours,
        });
        Assert.Equal(1, _owners.FindForeign().Kept);
    }

    [Fact]
    public void AListenerBelongsToTheProcessThatHadTheAddressAtThatTime()
    {
        Listen(Server, 1000, Others);
        Listen(Server, 2000, Ours);
        Syn(Remote.WithPort(9), Server, 1500, 1);
        Syn(Remote.WithPort(10), Server, 2500, 2);
        var owners = _owners.FindForeign();
        Assert.Equal(1, owners.Kept); // the other connection's client is unknown and may be on this host
        Assert.True(owners.Has(new FourTuple(Server, Server.WithPort(0)), new Timestamp(1000)));
        Assert.False(owners.Has(new FourTuple(Server, Server.WithPort(0)), new Timestamp(2000)));
    }

    [Fact]
    public void TheOwnerIsReportedOnceThePortIsKnown()
    {
        Syn(Client, Server, 100, 1);
        var owner = Report(Client, Server, 100, Ours);
        Assert.Equal((Client, Server, Ours, "a program"), (owner!.Local, owner.Remote, owner.ProcessId, owner.ProcessName));
    }

    [Fact]
    public void ConnectionsFromBeforeTheProgramsAreNotTheirs()
    {
        _owners.Begin(new Timestamp(1000));
        Syn(Client, Remote, 999, 1);
        Syn(Client.WithPort(4712), Remote, 1001, 1);
        var foreign = _owners.FindForeign();
        Assert.Equal((0, 1, 1), (foreign.Kept, foreign.LeftOut, foreign.Unknown));
    }

    [Fact]
    public void ASynAckReportsTheListenersProcess()
    {
        _owners.AddListener(Parse("0.0.0.0:80"), new Timestamp(10), Ours, "a server", isOurs: true);
        Assert.Null(Syn(Client, Server, 100, 1));
        var owner = Answer(Server, Client, 101);
        Assert.Equal((Server, Client, Ours, "a server"), (owner!.Local, owner.Remote, owner.ProcessId, owner.ProcessName));

        Syn(Client, Remote, 102, 1);
        Assert.Null(Answer(Remote, Client, 103)); // another host's listener
    }

    [Fact]
    public void AProcessIsNamedOnceWhenItUsesAConnection()
    {
        var call = new SocketCall
        {
            Id = 1,
            Socket = 1,
            Side = Side.Server,
            Name = "recv",
            Arguments = "",
            Begin = new Timestamp(100),
            End = new Timestamp(101),
            Local = Server,
            Remote = Client,
            ProcessId = Ours,
        };
        Assert.Equal(new SocketOwner(call.Begin, Server, Client, 0, Ours, "a program"), _owners.OnCall(call));
        Assert.Null(_owners.OnCall(call));
        Assert.Null(_owners.OnCall(call with { ProcessId = Ended })); // unknown name
    }

    [Fact]
    public void ConnectionsBeyondTheLimitAreKeptAndCounted()
    {
        var owners = new ConnectionOwners(_processes, _ => true, capacity: 2);
        for (ushort port = 1; port <= 5; port++)
            owners.OnSegment(new Segment { Time = new Timestamp(port), Source = Client.WithPort(port), Destination = Remote, Flags = TcpFlags.Syn });
        Assert.Equal((5, 0), (owners.FindForeign().Unknown, owners.FindForeign().LeftOut));
    }

    private static Endpoint Parse(string text) => Endpoint.TryParse(text, out var endpoint) ? endpoint : throw new FormatException(text);

    private KernelEvent Connect(Endpoint client, Endpoint server, long time, int process, uint isn = 1, bool isThread = false)
    {
        Syn(client, server, time, isn);
        var connect = Change(client.WithPort(0), server, time, TcpState.Closed, TcpState.SynSent, process, isThread);
        _owners.OnTrace(connect);
        _owners.OnTrace(connect with { Local = client, Time = new Timestamp(time + 1), OldState = TcpState.SynSent, NewState = TcpState.Established });
        return connect;
    }

    private SocketOwner? Report(Endpoint client, Endpoint server, long time, int process)
    {
        var connect = Change(client.WithPort(0), server, time, TcpState.Closed, TcpState.SynSent, process);
        Assert.Null(_owners.OnTrace(connect));
        return _owners.OnTrace(connect with { Local = client, Time = new Timestamp(time + 1), OldState = TcpState.SynSent, NewState = TcpState.Established });
    }

    private void Listen(Endpoint server, long time, int process) =>
        _owners.OnTrace(Change(server, server.WithPort(0), time, TcpState.Closed, TcpState.Listen, process));

    private SocketOwner? Answer(Endpoint server, Endpoint client, long time) => _owners.OnSegment(
        new Segment { Time = new Timestamp(time), Source = server, Destination = client, Flags = TcpFlags.Syn | TcpFlags.Ack, Seq = 7 });

    private SocketOwner? Syn(Endpoint client, Endpoint server, long time, uint isn) =>
        _owners.OnSegment(new Segment { Time = new Timestamp(time), Source = client, Destination = server, Flags = TcpFlags.Syn, Seq = isn });

    private KernelEvent Change(Endpoint local, Endpoint remote, long time, TcpState from, TcpState to, int process, bool isThread = false) => new()
    {
        Time = new Timestamp(time),
        Kind = KernelEventKind.StateChange,
        Local = local,
        Remote = remote,
        OldState = from,
        NewState = to,
        SocketAddress = ++_socket,
        ThreadId = process,
        ProcessId = isThread ? null : process,
        ProcessName = "a program",
    };
}
