using System.Runtime.CompilerServices;
using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// The open connections by four-tuple. A four-tuple can have two: when a client forgets a connection and opens another from
/// the same port, the server still has the old socket (RFC 9293 section 3.5.1).
/// </summary>
internal sealed class ConnectionTable(EventWriter writer, IConnectionRegister register, ConnectionLimits limits, PeerStatePool peerStates)
{
    /// <summary>How long an ended connection stays, for late segments.</summary>
    private const long AfterlifeNanoseconds = 5_000_000_000;

    /// <summary>Stay in TIME_WAIT without samples: 2·MSL with an MSL of 2 min (RFC 9293 section 3.4.2).</summary>
    private const long TimeWaitNanoseconds = 240_000_000_000;

    private readonly SlotTable _slots = new();

    // Entries hold an ordinal, not a connection, so that they do not keep it in memory after its port was reused.
    private readonly Queue<(Timestamp Since, Slot Slot, int Ordinal)> _over = new();
    private readonly Queue<(Timestamp Since, Slot Slot, int Ordinal)> _timeWait = new();
    private readonly OpenConnections _open = new(limits.OneSided, limits.Open);
    private readonly List<Connection> _unplaced = [];
    private readonly UsedFourTuples _used = new(limits.Remembered);
    private PortUse? _portUse;
    private int _count;
    private long _sweepDue = long.MaxValue;

    public Slot? Find(FourTuple fourTuple) =>
        _slots.Find(FourTupleHash.Of(fourTuple.Local, fourTuple.Remote), fourTuple.Local, fourTuple.Remote);

    public Slot? Find(in Segment segment) => Find(segment, FourTupleHash.Of(segment), out _);

    /// <summary>The slot of a segment's four-tuple; <paramref name="sender"/> is meaningless if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Slot? Find(in Segment segment, ulong hash, out Side sender) =>
        _slots.Find(hash, segment._source, segment._destination, out sender);

    public Connection Create(Timestamp start, Endpoint client, Endpoint server, bool beganEarlier = false)
    {
        var connection = new Connection(++_count, start, client, server)
        {
            PeerState = peerStates.Rent(),
            BeganEarlier = beganEarlier,
            IsStray = beganEarlier,
        };
        register.Enter(connection);
        return connection;
    }

    /// <summary>Creates a connection for a connect call; it is placed on its four-tuple when its SYN is captured.</summary>
    public Connection CreateUnplaced(Timestamp start, Endpoint client, Endpoint server)
    {
        var connection = Create(start, client, server);
        _unplaced.Add(connection);
        return connection;
    }

    /// <summary>Ends a connection that will never have a four-tuple.</summary>
    public void Abandon(Connection connection)
    {
        if (_unplaced.Remove(connection)) writer.End(connection);
    }

    /// <summary>Puts a connection on its four-tuple; the old one stays while its server socket exists.</summary>
    public Slot Place(Connection connection)
    {
        _unplaced.Remove(connection);
        var hash = FourTupleHash.Of(connection.Client.Address, connection.Server.Address);
        connection.PeerState.Wireshark.IsPortUsedBefore = _used.Add(hash);
        if (_slots.Find(hash, connection.Client.Address, connection.Server.Address) is not { } slot)
        {
            slot = new Slot(connection);
            _slots.Add(hash, slot);
            MakeRoom(slot);
            return slot;
        }

        if (slot.Previous is { } older) writer.End(older);
        slot.Previous = null;
        if (slot.Current.Server.Address == connection.Server.Address && IsAlive(slot.Current.Server))
            slot.Previous = slot.Current;
        else
            writer.End(slot.Current);
        slot.Current = connection;
        MakeRoom(slot);
        return slot;
    }

    /// <summary>Connections dropped because too many were open.</summary>
    public long GivenUp { get; private set; }

    private void MakeRoom(Slot added)
    {
        _open.Add(added);
        while (_open.Excess() is { } excess)
        {
            GivenUp++;
            excess.Current.WasGivenUp = true;
            End(excess);
        }
    }

    public void Forget(Slot slot)
    {
        if (slot.Previous is not { } previous) return;
        slot.Previous = null;
        writer.End(previous);
    }

    public int Count => _slots.Count + _unplaced.Count;

    /// <summary>Queues a connection that is over or in TIME_WAIT, to be dropped later.</summary>
    public void Settle(Connection connection, Timestamp since)
    {
        if (!connection.IsSettled || connection.NotedOver == connection.IsOver) return;
        connection.NotedOver = connection.IsOver;
        if (Find(new FourTuple(connection.Client.Address, connection.Server.Address)) is { } slot)
            (connection.IsOver ? _over : _timeWait).Enqueue((since, slot, connection.Ordinal));
        _sweepDue = long.MinValue; // the queue may exceed its limit
    }

    /// <summary>Drops connections that ended long ago; called at each segment on both paths, so both agree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Sweep(Timestamp now)
    {
        if (now.Nanoseconds > _sweepDue) SweepNow(now);
    }

    private void SweepNow(Timestamp now)
    {
        while (_over.TryPeek(out var entry) && (now - entry.Since > AfterlifeNanoseconds || _over.Count > limits.Over))
            Drop(_over.Dequeue());
        while (_timeWait.TryPeek(out var entry) && (now - entry.Since > TimeWaitNanoseconds || _timeWait.Count > limits.TimeWait))
            Drop(_timeWait.Dequeue());
        _sweepDue = Math.Min(
            _over.TryPeek(out var over) ? over.Since.Nanoseconds + AfterlifeNanoseconds : long.MaxValue,
            _timeWait.TryPeek(out var waiting) ? waiting.Since.Nanoseconds + TimeWaitNanoseconds : long.MaxValue);
    }

    private void Drop((Timestamp Since, Slot Slot, int Ordinal) entry)
    {
        var slot = entry.Slot;
        if (slot.IsGone || slot.Current.Ordinal != entry.Ordinal || !slot.Current.IsSettled) return;
        End(slot);
    }

    private void End(Slot slot)
    {
        Forget(slot);
        var connection = slot.Current;
        _slots.Remove(FourTupleHash.Of(connection.Client.Address, connection.Server.Address), slot);
        slot.Leave();
        writer.End(connection);
    }

    /// <summary>Counts the connections to a server; at most once a second, as a program can try thousands of times.</summary>
    public PortUse CountPorts(Endpoint server, Timestamp now)
    {
        if (_portUse is { } last && last.Server == server && Math.Abs(now - last.Time) < PortUse.MinIntervalNanoseconds) return last;
        _portUse = PortUse.Count(_slots.Slots.Select(slot => slot.Current), server, now);
        return _portUse;
    }

    /// <summary>Removes and returns all connections, in no order.</summary>
    public IReadOnlyList<Connection> TakeAll()
    {
        var left = new List<Connection>(_unplaced);
        foreach (var slot in _slots.Slots)
        {
            if (slot.Previous is { } previous) left.Add(previous);
            left.Add(slot.Current);
        }

        _slots.Clear();
        _unplaced.Clear();
        return left;
    }

    internal static bool IsAlive(ConnectionEnd end) => end.State is not (TcpState.Closed or TcpState.Listen);

    /// <summary>The connections on one four-tuple.</summary>
    internal sealed class Slot
    {
        private static readonly Connection s_gone = new(0, default, default, default);

        private Connection _current;

        // Copies of the addresses of the current connection: each lookup would otherwise read three objects.
        private PerSide<Endpoint> _ends;

        public Slot(Connection current)
        {
            _current = current;
            Current = current;
        }

        public Connection Current
        {
            get => _current;
            set
            {
                _current = value;
                _ends = new PerSide<Endpoint>(value.Client.Address, value.Server.Address);
            }
        }

        /// <summary>Marks the slot as removed, and releases its connection in case a queue still refers to the slot.</summary>
        public void Leave()
        {
            IsGone = true;
            Current = s_gone;
        }

        /// <summary>The previous connection, while its server socket exists.</summary>
        public Connection? Previous { get; set; }

        /// <summary>True once it was removed from the table; <see cref="Current"/> is then meaningless.</summary>
        public bool IsGone { get; private set; }

        /// <summary>True if these are its two ends. Computed without a branch: the direction is unpredictable.</summary>
        /// <param name="one">One end.</param>
        /// <param name="other">The other end.</param>
        /// <param name="side">Which end of the current connection <paramref name="one"/> is.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool IsBetween(in Endpoint one, in Endpoint other, out Side side)
        {
            side = (Side)Unsafe.BitCast<bool, byte>(_ends.Of(Side.Client).Difference(one) != 0);
            return (_ends.Of(side).Difference(one) | _ends.Of(side.Peer()).Difference(other)) == 0;
        }

        public bool Holds(Connection connection) => Current == connection || Previous == connection;

        /// <summary>Which end of the current connection has this address.</summary>
        public Side SideOf(in Endpoint address) => _ends.Of(Side.Client).Equals(address) ? Side.Client : Side.Server;

        /// <summary>The socket at an end: at the server's it may be that of the previous connection.</summary>
        public (Connection Connection, ConnectionEnd End) SocketAt(Side side) =>
            side == Side.Server && Previous is { } previous && IsAlive(previous.Server)
                ? (previous, previous.Server)
                : (Current, Current[side]);

        /// <summary>The socket with this kernel address; if none has it, the socket at the end.</summary>
        public (Connection Connection, ConnectionEnd End) SocketOf(Side side, ulong address)
        {
            if (address != 0 && Current[side].SocketAddress == address) return (Current, Current[side]);
            return address != 0 && Previous is { } previous && previous[side].SocketAddress == address
                ? (previous, previous[side])
                : SocketAt(side);
        }
    }
}

/// <summary>Limits on the number of connections in memory.</summary>
/// <param name="OneSided">Open connections with segments of only one end.</param>
/// <param name="Open">Open connections with segments of both ends.</param>
/// <param name="TimeWait">Connections in TIME_WAIT; kernels limit them too (<c>tcp_max_tw_buckets</c>).</param>
/// <param name="Over">Ended connections that stay for late segments.</param>
/// <param name="Remembered">Four-tuples remembered to detect port reuse; a power of two.</param>
internal readonly record struct ConnectionLimits(int OneSided, int Open, int TimeWait, int Over, int Remembered)
{
    public static ConnectionLimits Whole { get; } = new(32_768, 131_072, 8192, 8192, 1 << 18);

    /// <summary>The limits of each of several tables; their number is a power of two.</summary>
    public ConnectionLimits Share(int tables) =>
        new(OneSided / tables, Open / tables, TimeWait / tables, Over / tables, Remembered / tables);
}
