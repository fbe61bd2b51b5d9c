using TcpCapture.Correlation.Clues;
using TcpCapture.Model;

namespace TcpCapture.Diagnosis;

/// <summary>
/// What other connections show: whether the listener served others, who scans, what was on a four-tuple before. Bounded: beyond
/// the limits nothing new is remembered, so less is concluded.
/// </summary>
internal sealed class Neighbours
{
    private const int MaxListeners = 65_536;
    private const int MaxClients = 65_536;
    private const int MaxPorts = 64;
    private const int MaxRecent = 8192;

    private readonly Dictionary<Endpoint, Served> _served = [];
    private readonly Dictionary<Endpoint, Caller> _callers = [];
    private readonly Dictionary<FourTuple, Former> _former = [];
    private readonly Queue<FourTuple> _formerByAge = new();
    private readonly Dictionary<Endpoint, Connection> _recent = [];
    private readonly Queue<(Endpoint Client, Connection Connection)> _recentByAge = new();

    /// <summary>Adds a connection that begins.</summary>
    public void Begin(Connection connection)
    {
        if (ServedBy(connection.Server.Address) is { } served)
        {
            served.Begun++;
            served.FirstBegun = Timestamp.Min(served.FirstBegun ?? connection.Start, connection.Start);
            if (served.Clients.Count < MaxPorts) served.Clients.Add(Host(connection.Client.Address));
        }

        if (CallerOf(connection.Client.Address) is { } caller)
        {
            caller.Begun++;
            if (caller.Targets.Count < MaxPorts) caller.Targets.Add(connection.Server.Address);
        }

        if (connection.BeganEarlier) return;
        _recent[connection.Client.Address] = connection;
        _recentByAge.Enqueue((connection.Client.Address, connection));
        if (_recentByAge.Count <= MaxRecent) return;
        var (oldest, old) = _recentByAge.Dequeue();
        if (_recent.GetValueOrDefault(oldest) == old) _recent.Remove(oldest);
    }

    /// <summary>Adds a connection whose handshake was completed.</summary>
    public void Establish(Connection connection)
    {
        if (ServedBy(connection.Server.Address) is { } served)
        {
            served.Accepted++;
            var at = connection.FirstSyn ?? connection.Start;
            served.FirstAccepted = Timestamp.Min(served.FirstAccepted ?? at, at);
            served.LastAccepted = Timestamp.Max(served.LastAccepted ?? at, at);
            served.AcceptedEcn |= AsksForEcn(connection);
            served.AnswerTtl = connection.Clues[Side.Server].FirstTtl;
            served.FastestAnswer = Math.Max(served.FastestAnswer, connection.Clues[Side.Server].FastestAnswer);
        }

        if (CallerOf(connection.Client.Address) is { } caller) caller.Accepted++;
    }

    /// <summary>Adds a connection that has ended, after its diagnosis.</summary>
    public void End(Connection connection)
    {
        if (connection.Diagnosis.Outcome == ConnectionOutcome.Refused && CallerOf(connection.Client.Address) is { } caller) caller.Refused++;
        if (connection.FirstSyn is null || connection.Established is null) return;
        var key = new FourTuple(connection.Client.Address, connection.Server.Address);
        if (!_former.ContainsKey(key)) _formerByAge.Enqueue(key);
        _former[key] = new Former(connection, connection.Client.SndNxt, connection.ClosedBy, connection.End);
        if (_formerByAge.Count > MaxRecent) _former.Remove(_formerByAge.Dequeue());
    }

    /// <summary>The other connections to a listener.</summary>
    public Served? OfListener(Endpoint server) => _served.GetValueOrDefault(server);

    /// <summary>The other connections of a client's host.</summary>
    public Caller? OfCaller(Endpoint client) => _callers.GetValueOrDefault(Host(client));

    /// <summary>The connection that was on the same four-tuple before; null if none is known.</summary>
    public Former? FormerOf(Connection connection) =>
        _former.GetValueOrDefault(new FourTuple(connection.Client.Address, connection.Server.Address));

    /// <summary>
    /// Links a connection whose first segment carries another connection's numbers, but other addresses: NAT did not translate it.
    /// </summary>
    public void LinkUntranslated(Connection stray)
    {
        if (!stray.BeganEarlier || stray.Untranslated is not null) return;
        foreach (var address in (ReadOnlySpan<Endpoint>)[stray.Client.Address, stray.Server.Address])
        {
            if (!_recent.TryGetValue(address, out var known) || known == stray || !Continues(stray, known, address)) continue;
            stray.Untranslated = known;
            known.Untranslated ??= stray;
            return;
        }
    }

    /// <summary>True if the segments of the stray connection carry numbers of the known one's streams.</summary>
    private static bool Continues(Connection stray, Connection known, Endpoint client)
    {
        if (!known.Client.IssKnown) return false;
        var clues = stray.Clues;
        var toClient = stray.Client.Address == client ? Side.Server : Side.Client;
        for (var i = 0; i < Runs.Count; i++)
        {
            var run = clues[toClient].Runs[i];
            if (!run.IsSet || (run.Flags & TcpFlags.Ack) == 0) continue;
            var acknowledged = SequenceNumber.Difference(run.Ack, known.Client.Iss);
            if (acknowledged is < 1 or > Near) continue;
            if (!known.Server.IssKnown) return (run.Flags & TcpFlags.Syn) != 0 && acknowledged == 1;
            if (SequenceNumber.Difference(run.Seq, known.Server.Iss) is >= 0 and < Near) return true;
        }

        return false;
    }

    /// <summary>How far numbers may be from the start of a stream to be taken for its own: a chance of 1 in 10^5 for both.</summary>
    private const int Near = 1 << 24;

    internal static bool AsksForEcn(Connection connection) =>
        (connection.Clues.Opening.SynFlags & (TcpFlags.Ece | TcpFlags.Cwr)) == (TcpFlags.Ece | TcpFlags.Cwr);

    private Served? ServedBy(Endpoint server)
    {
        if (_served.TryGetValue(server, out var known)) return known;
        if (_served.Count >= MaxListeners) return null;
        return _served[server] = new Served();
    }

    private Caller? CallerOf(Endpoint client)
    {
        var host = Host(client);
        if (_callers.TryGetValue(host, out var known)) return known;
        if (_callers.Count >= MaxClients) return null;
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
        public long Begun { get; set; }
        public long Accepted { get; set; }
        public Timestamp? FirstBegun { get; set; }
        public Timestamp? FirstAccepted { get; set; }
        public Timestamp? LastAccepted { get; set; }
        public bool AcceptedEcn { get; set; }
        public byte AnswerTtl { get; set; }
        public uint FastestAnswer { get; set; }
        public HashSet<Endpoint> Clients { get; } = [];
    }

    /// <summary>The connections that one host opened.</summary>
    internal sealed class Caller
    {
        public long Begun { get; set; }
        public long Accepted { get; set; }
        public long Refused { get; set; }
        public HashSet<Endpoint> Targets { get; } = [];
    }

    /// <summary>The connection that a four-tuple had before.</summary>
    internal sealed record Former(Connection Connection, uint ClientNext, ClosedBy ClosedBy, Timestamp End);
}
