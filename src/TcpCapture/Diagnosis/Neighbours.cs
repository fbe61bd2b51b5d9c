using System.Buffers.Binary;
using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>
/// What other connections show: whether the listener served others, who scans, what was on a four-tuple before. Bounded: beyond
/// the limits nothing new is remembered, so less is concluded.
/// </summary>
internal sealed class Neighbours
{
    private const int MaxHosts = 65_536;
    private const int MaxRecent = 1024; // a power of two

    private const int MaxOpening = 256; // a power of two; each entry keeps a connection in memory

    /// <summary>The first accepted connections of a listener whose SYN and SYN-ACK are looked at.</summary>
    private const int MaxInspected = 64;

    private readonly Dictionary<Endpoint, Served> _served = [];
    private readonly Dictionary<Endpoint, Caller> _callers = [];

    // Tables in which a later connection overwrites an earlier one of the same hash: nothing needs to be removed.
    private readonly Former?[] _former = new Former?[MaxRecent];
    private readonly (Connection? Connection, bool IsOpen)[] _recent = new (Connection?, bool)[MaxOpening];

    /// <summary>Adds a connection that begins.</summary>
    public void Begin(Connection connection)
    {
        var (served, caller) = (ServedBy(connection.Server.Address), CallerOf(connection.Client.Address));
        connection.Neighbours = (served, caller);
        if (served is not null)
        {
            served.Begun++;
            served.Clients.Add(Host(connection.Client.Address));
        }

        if (caller is not null)
        {
            caller.Begun++;
            caller.Targets.Add(connection.Server.Address);
        }

        if (!connection.IsStray) _recent[IndexOf(connection.Client.Address) & (MaxOpening - 1)] = (connection, false);
    }

    /// <summary>Adds a connection whose handshake was completed.</summary>
    public void Establish(Connection connection)
    {
        ref var recent = ref _recent[IndexOf(connection.Client.Address) & (MaxOpening - 1)];
        if (recent.Connection == connection) recent.IsOpen = true;
        var (served, caller) = Of(connection);
        if (caller is not null) caller.Accepted++;
        if (served is not null)
        {
            served.Accepted++;
            var at = connection.FirstSyn ?? connection.Start;
            served.FirstAccepted = Timestamp.Min(served.FirstAccepted ?? at, at);
            served.LastAccepted = Timestamp.Max(served.LastAccepted ?? at, at);
            if (served.Accepted > MaxInspected) return;
            served.AcceptedEcn |= connection.Clues.AsksForEcn;
            served.AnswerTtl = connection.Clues.AnswerTtl;
        }
    }

    /// <summary>Adds a connection that has ended, after its diagnosis.</summary>
    public void End(Connection connection)
    {
        if (connection.FirstSyn is null || connection.Established is null) return;
        ref var former = ref _former[IndexOf(connection.Client.Address)];
        former ??= new Former();
        former.Client = connection.Client.Address;
        former.Server = connection.Server.Address;
        former.Number = connection.Number;
        former.ClientNext = connection.Client.SndNxt;
        former.ClosedBy = connection.ClosedBy;
        former.End = connection.End;
    }

    /// <summary>The other connections to a listener.</summary>
    public static Served? OfListener(Connection connection) => Of(connection).Served;

    /// <summary>The other connections of a client's host.</summary>
    public static Caller? OfCaller(Connection connection) => Of(connection).Caller;

    /// <summary>The connection that was on the same four-tuple before; null if none is known.</summary>
    public Former? FormerOf(Connection connection) =>
        _former[IndexOf(connection.Client.Address)] is { } former && former.Client == connection.Client.Address
        && former.Server == connection.Server.Address && former.Number != connection.Number ? former : null;

    /// <summary>
    /// Links a connection whose first segment carries another connection's numbers, but other addresses: NAT did not translate it.
    /// </summary>
    public void LinkUntranslated(Connection stray)
    {
        if (!stray.IsStray || stray.Untranslated is not null) return;
        foreach (var address in (ReadOnlySpan<Endpoint>)[stray.Client.Address, stray.Server.Address])
        {
            var (known, isOpen) = _recent[IndexOf(address) & (MaxOpening - 1)];
            if (known is null || known == stray || known.Client.Address != address || !Continues(stray, known, isOpen, address)) continue;
            stray.Untranslated = known;
            known.Untranslated ??= stray;
            return;
        }
    }

    /// <summary>True if the segments of the stray connection carry numbers of the known one's streams.</summary>
    private static bool Continues(Connection stray, Connection known, bool isOpen, Endpoint client)
    {
        if (!known.Client.IssKnown) return false;
        var clues = stray.Clues;
        var toClient = stray.Client.Address == client ? Side.Server : Side.Client;
        for (var i = 0; i < EndClues.Runs; i++)
        {
            var run = clues[toClient].Run(i);
            if (!run.IsSet || (run.Flags & TcpFlags.Ack) == 0) continue;
            var acknowledged = SequenceNumber.Difference(run.Ack, known.Client.Iss);
            if (acknowledged is < 1 or > Near) continue;
            if (!isOpen) return (run.Flags & TcpFlags.Syn) != 0 && acknowledged == 1;
            if (SequenceNumber.Difference(run.Seq, known.Server.Iss) is >= 0 and < Near) return true;
        }

        return false;
    }

    /// <summary>How far numbers may be from the start of a stream to be taken for its own: a chance of 1 in 10^5 for both.</summary>
    private const int Near = 1 << 24;

    private static (Served? Served, Caller? Caller) Of(Connection connection) =>
        connection.Neighbours is { } tied ? ((Served?)tied.Listener, (Caller?)tied.Host) : default;

    /// <summary>The same in every process, so that results are: GetHashCode has a seed.</summary>
    private static int IndexOf(Endpoint client)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        client.WriteAddress(bytes);
        var (high, low) = (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        return (int)(FourTupleHash.Mix(unchecked(high + FourTupleHash.Mix(low + client.Port))) & (MaxRecent - 1));
    }

    private Served? ServedBy(Endpoint server)
    {
        if (_served.TryGetValue(server, out var known)) return known;
        if (_served.Count >= MaxHosts) return null;
        return _served[server] = new Served();
    }

    private Caller? CallerOf(Endpoint client)
    {
        var host = Host(client);
        if (_callers.TryGetValue(host, out var known)) return known;
        if (_callers.Count >= MaxHosts) return null;
        return _callers[host] = new Caller();
    }

    private static Endpoint Host(Endpoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        return Endpoint.FromBytes(bytes[..endpoint.WriteAddress(bytes)], 0);
    }

    /// <summary>The connections to one listening address.</summary>
    internal sealed class Served
    {
        private Several _clients;

        public long Begun { get; set; }
        public long Accepted { get; set; }
        public Timestamp? FirstAccepted { get; set; }
        public Timestamp? LastAccepted { get; set; }
        public bool AcceptedEcn { get; set; }
        public byte AnswerTtl { get; set; }
        public ref Several Clients => ref _clients;
    }

    /// <summary>The connections that one host opened.</summary>
    internal sealed class Caller
    {
        private Several _targets;

        public long Begun { get; set; }
        public long Accepted { get; set; }
        public ref Several Targets => ref _targets;
    }

    /// <summary>Different addresses, counted up to a limit; most hosts have one, which needs no set.</summary>
    internal struct Several
    {
        private const int Max = 64;

        private Endpoint _first;
        private HashSet<Endpoint>? _all;

        public readonly int Count => _all?.Count ?? (_first == default ? 0 : 1);

        public void Add(Endpoint address)
        {
            if (_first == default) _first = address;
            if (address == _first || _all is { Count: >= Max }) return;
            (_all ??= [_first]).Add(address);
        }
    }

    /// <summary>The connection that a four-tuple had before.</summary>
    internal sealed class Former
    {
        public Endpoint Client { get; set; }
        public Endpoint Server { get; set; }
        public int Number { get; set; }
        public uint ClientNext { get; set; }
        public ClosedBy ClosedBy { get; set; }
        public Timestamp End { get; set; }
    }
}
