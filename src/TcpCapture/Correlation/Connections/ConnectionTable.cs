using System.Runtime.CompilerServices;
using TcpCapture.Model;
using TcpCapture.PeerTools;

namespace TcpCapture.Correlation.Connections;

/// <summary>
/// The connections that are open, by four-tuple. A four-tuple may hold two: when a client that has forgotten a connection
/// opens another from the same port, the server's old socket still stands there (RFC 9293 section 3.5.1).
/// </summary>
/// <param name="writer">Told of those that have ended.</param>
/// <param name="register">Gives them their numbers.</param>
/// <param name="limits">How many it keeps.</param>
/// <param name="peerStates">The pool of their peer states.</param>
internal sealed class ConnectionTable(EventWriter writer, IConnectionRegister register, ConnectionLimits limits, PeerStatePool peerStates)
{
    /// <summary>How long a connection that is over stays, for segments that come late.</summary>
    private const long AfterlifeNanoseconds = 5_000_000_000;

    /// <summary>How long one in TIME_WAIT stays if it is not sampled: 2·MSL with the longest MSL, 2 min (RFC 9293 section 3.4.2).</summary>
    private const long TimeWaitNanoseconds = 240_000_000_000;

    private readonly SlotTable _slots = new();

    // By ordinal: one whose port was used again meanwhile must not be kept for its place in a queue.
    private readonly Queue<(Timestamp Since, Slot Slot, int Ordinal)> _over = new();
    private readonly Queue<(Timestamp Since, Slot Slot, int Ordinal)> _timeWait = new();
    private readonly OpenConnections _open = new(limits.OneSided, limits.Open);
    private readonly List<Connection> _unplaced = [];
    private readonly UsedFourTuples _used = new(limits.Remembered);
    private int _count;
    private long _sweepDue = long.MaxValue;

    public Slot? Find(FourTuple fourTuple) =>
        _slots.Find(FourTupleHash.Of(fourTuple.Local, fourTuple.Remote), fourTuple.Local, fourTuple.Remote);

    /// <summary>What stands on a segment's four-tuple.</summary>
    public Slot? Find(in Segment segment) => Find(segment, FourTupleHash.Of(segment), out _);

    /// <summary>What stands on a segment's four-tuple.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="hash">The <see cref="FourTupleHash"/> of its four-tuple.</param>
    /// <param name="sender">Which end of the current connection has sent it; meaningless if there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Slot? Find(in Segment segment, ulong hash, out Side sender) => _slots.Find(hash, segment._source, segment._destination, out sender);

    public Connection Create(Timestamp start, Endpoint client, Endpoint server)
    {
        var connection = new Connection(++_count, start, client, server) { PeerState = peerStates.Rent() };
        register.Enter(connection);
        return connection;
    }

    /// <summary>A connection asked for by a call, whose SYN has not been seen: it has a number but no four-tuple yet.</summary>
    public Connection CreateUnplaced(Timestamp start, Endpoint client, Endpoint server)
    {
        var connection = Create(start, client, server);
        _unplaced.Add(connection);
        return connection;
    }

    /// <summary>A connection that will never get a four-tuple.</summary>
    public void Abandon(Connection connection)
    {
        if (_unplaced.Remove(connection)) writer.Ended(connection);
    }

    /// <summary>Puts a connection on its four-tuple. What stood there moves behind it, if its server's socket still lives.</summary>
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

        if (slot.Previous is { } older) writer.Ended(older);
        slot.Previous = null;
        if (slot.Current.Server.Address == connection.Server.Address && IsAlive(slot.Current.Server))
            slot.Previous = slot.Current;
        else
            writer.Ended(slot.Current);
        slot.Current = connection;
        MakeRoom(slot);
        return slot;
    }

    /// <summary>Connections that were given up, since too many were open.</summary>
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

    /// <summary>The server's old socket is gone: only the new connection remains on the four-tuple.</summary>
    public void Forget(Slot slot)
    {
        if (slot.Previous is not { } previous) return;
        slot.Previous = null;
        writer.Ended(previous);
    }

    /// <summary>Connections held.</summary>
    public int Count => _slots.Count + _unplaced.Count;

    /// <summary>Remembers a connection that is over, or only waits for a timer, to drop it later.</summary>
    public void Settle(Connection connection, Timestamp since)
    {
        if (!connection.IsSettled || connection.NotedOver == connection.IsOver) return;
        connection.NotedOver = connection.IsOver;
        if (Find(new FourTuple(connection.Client.Address, connection.Server.Address)) is { } slot)
            (connection.IsOver ? _over : _timeWait).Enqueue((since, slot, connection.Ordinal));
        _sweepDue = long.MinValue; // there may be too many
    }

    /// <summary>Drops connections that have been over for long enough. At every segment, whichever way that goes: so they leave at the same one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Sweep(Timestamp now)
    {
        if (now.Nanoseconds > _sweepDue) SweepNow(now);
    }

    private void SweepNow(Timestamp now)
    {
        while (_over.TryPeek(out var entry) && (now - entry.Since > AfterlifeNanoseconds || _over.Count > limits.Over)) Drop(_over.Dequeue());
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
        writer.Ended(connection);
    }

    /// <summary>Takes out every connection left, in no order.</summary>
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

    /// <summary>What stands on a four-tuple.</summary>
    internal sealed class Slot
    {
        private static readonly Connection s_gone = new(0, default, default, default);

        private Connection _current;

        // Copies of the current connection's: the look-up at every segment would go through three objects for them.
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

        /// <summary>Leaves the table: whoever still waits to look at it must not hold its connection in memory.</summary>
        public void Leave()
        {
            IsGone = true;
            Current = s_gone;
        }

        /// <summary>The connection before, while its server's socket lives.</summary>
        public Connection? Previous { get; set; }

        /// <summary>True once it has left the table; <see cref="Current"/> means nothing then.</summary>
        public bool IsGone { get; private set; }

        /// <summary>True if it is the slot of the four-tuple of these two ends. Without a branch for the direction, which nobody could predict.</summary>
        /// <param name="one">One end.</param>
        /// <param name="other">The other.</param>
        /// <param name="side">Which end of the current connection the first one is.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool IsBetween(in Endpoint one, in Endpoint other, out Side side)
        {
            side = (Side)Unsafe.BitCast<bool, byte>(_ends.Of(Side.Client).Difference(one) != 0);
            return (_ends.Of(side).Difference(one) | _ends.Of(side.Peer()).Difference(other)) == 0;
        }

        /// <summary>True if the connection is one of the two.</summary>
        public bool Holds(Connection connection) => Current == connection || Previous == connection;

        /// <summary>Which end of the current connection an address is.</summary>
        public Side SideOf(in Endpoint address) => _ends.Of(Side.Client).Equals(address) ? Side.Client : Side.Server;

        /// <summary>The socket that stands at an end: the server's may still be that of the connection before.</summary>
        public (Connection Connection, ConnectionEnd End) SocketAt(Side side) =>
            side == Side.Server && Previous is { } previous && IsAlive(previous.Server)
                ? (previous, previous.Server)
                : (Current, Current[side]);

        /// <summary>The socket at an end that the kernel keeps there; else the one that stands at that end.</summary>
        public (Connection Connection, ConnectionEnd End) SocketOf(Side side, ulong address)
        {
            if (address != 0 && Current[side].SocketAddress == address) return (Current, Current[side]);
            return address != 0 && Previous is { } previous && previous[side].SocketAddress == address
                ? (previous, previous[side])
                : SocketAt(side);
        }
    }
}

/// <summary>How many connections are kept, whoever sends the segments.</summary>
/// <param name="OneSided">Open ones of which only one end was seen.</param>
/// <param name="Open">Open ones of which both ends were seen.</param>
/// <param name="TimeWait">Those in TIME_WAIT, as kernels have a limit too (<c>tcp_max_tw_buckets</c>).</param>
/// <param name="Over">Those that are over and stay a while for segments that come late.</param>
/// <param name="Remembered">Four-tuples that are remembered longer; a power of two.</param>
internal readonly record struct ConnectionLimits(int OneSided, int Open, int TimeWait, int Over, int Remembered)
{
    /// <summary>Of a recording, or of a capture as a whole.</summary>
    public static ConnectionLimits Whole { get; } = new(32_768, 131_072, 8192, 8192, 1 << 18);

    /// <summary>The part of each of several tables.</summary>
    /// <param name="tables">How many there are; a power of two.</param>
    public ConnectionLimits Share(int tables) => new(OneSided / tables, Open / tables, TimeWait / tables, Over / tables, Remembered / tables);
}
