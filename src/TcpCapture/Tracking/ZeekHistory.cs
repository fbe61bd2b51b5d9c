using System.Text;
using TcpCapture.Model;

namespace TcpCapture.Tracking;

/// <summary>Zeek's view of one connection, segment by segment: <c>history</c> and <c>conn_state</c>.</summary>
internal sealed class ZeekHistory
{
    /// <summary>Zeek's history of a connection with that many letters tells no more; it also bounds memory.</summary>
    private const int LongestHistory = 256;

    private readonly StringBuilder _letters = new();
    private readonly Dictionary<char, (int Count, uint Seq)> _seen = [];
    private ZeekEndpoint _client;
    private ZeekEndpoint _server;
    private long _clientBytes;
    private long _serverBytes;

    public string Letters => _letters.ToString();

    public void Add(Side side, in Segment segment, bool isRetransmission)
    {
        // Zeek takes whoever is seen first for the originator, and marks it when its port says that it is not.
        if (_seen.Count == 0 && side == Side.Server && !segment.Has(TcpFlags.Syn)) Append('^');
        AddLetters(side, segment, isRetransmission);
        if (side == Side.Client)
        {
            _clientBytes += segment.Length;
            _client = Next(_client, _server, segment);
            if (segment.Has(TcpFlags.Ack) && _server == ZeekEndpoint.SynAckSent) _server = ZeekEndpoint.Established;
        }
        else
        {
            _serverBytes += segment.Length;
            _server = Next(_server, _client, segment);
            if (segment.Has(TcpFlags.Syn | TcpFlags.Ack) && _client == ZeekEndpoint.SynSent) _client = ZeekEndpoint.Established;
        }
    }

    /// <summary>Zeek's rules, the first that matches (its <c>conn/main.zeek</c>).</summary>
    public string ConnState()
    {
        var clientInactive = _client is ZeekEndpoint.Inactive or ZeekEndpoint.Partial;
        var serverInactive = _server is ZeekEndpoint.Inactive or ZeekEndpoint.Partial;
        if (_server == ZeekEndpoint.Reset)
        {
            var nothingSaid = _client == ZeekEndpoint.Reset && _clientBytes == 0 && _serverBytes == 0;
            if (_client is ZeekEndpoint.SynSent or ZeekEndpoint.SynAckSent || nothingSaid) return "REJ";
            return clientInactive ? "RSTRH" : "RSTR";
        }

        if (_client == ZeekEndpoint.Reset)
        {
            if (!serverInactive) return "RSTO";
            return IsSynThenReset() ? "RSTOS0" : "OTH";
        }

        return (_client, _server) switch
        {
            (ZeekEndpoint.Closed, ZeekEndpoint.Closed) => "SF",
            (ZeekEndpoint.Closed, _) => serverInactive ? "SH" : "S2",
            (_, ZeekEndpoint.Closed) => clientInactive ? "SHR" : "S3",
            (ZeekEndpoint.SynSent, ZeekEndpoint.Inactive) => "S0",
            (ZeekEndpoint.Established, ZeekEndpoint.Established) => "S1",
            _ => "OTH",
        };
    }

    private static ZeekEndpoint Next(ZeekEndpoint own, ZeekEndpoint peer, in Segment segment)
    {
        // Once both ends have closed in order, an RST that follows changes nothing any more.
        if (own == ZeekEndpoint.Closed && peer == ZeekEndpoint.Closed) return own;
        if (segment.Has(TcpFlags.Rst)) return ZeekEndpoint.Reset;
        if (own is ZeekEndpoint.Reset) return own;
        if (segment.Has(TcpFlags.Fin)) return own is ZeekEndpoint.Inactive ? ZeekEndpoint.Partial : ZeekEndpoint.Closed;
        if (own is not ZeekEndpoint.Inactive) return own;
        if (!segment.Has(TcpFlags.Syn)) return ZeekEndpoint.Partial;
        if (!segment.Has(TcpFlags.Ack)) return ZeekEndpoint.SynSent;
        return peer == ZeekEndpoint.Inactive ? ZeekEndpoint.SynAckSent : ZeekEndpoint.Established;
    }

    private void AddLetters(Side side, in Segment segment, bool isRetransmission)
    {
        if (segment.Has(TcpFlags.Syn) && (segment.Flags & (TcpFlags.Fin | TcpFlags.Rst)) != 0) Once(side, 'q');
        if (segment.Has(TcpFlags.Syn)) OnNewSeq(side, segment.Has(TcpFlags.Ack) ? 'h' : 's', segment.Seq);
        if (segment.Length > 0 && isRetransmission) Scaled(side, 't');
        else if (segment.Length > 0) Once(side, 'd');
        if (segment.Has(TcpFlags.Fin)) OnNewSeq(side, 'f', segment.Seq + (uint)segment.Length);
        if (segment.Has(TcpFlags.Rst)) OnNewSeq(side, 'r', segment.Seq);
        if (segment is { Length: 0, Flags: var flags } && (flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) == 0
            && segment.Has(TcpFlags.Ack))
        {
            Once(side, 'a');
            if (segment.Window == 0) Scaled(side, 'w');
        }
    }

    private void Once(Side side, char letter)
    {
        var key = Letter(side, letter);
        if (_seen.TryAdd(key, (1, 0))) Append(key);
    }

    private void OnNewSeq(Side side, char letter, uint seq)
    {
        var key = Letter(side, letter);
        if (_seen.TryGetValue(key, out var seen) && seen.Seq == seq) return;
        _seen[key] = (1, seq);
        Append(key);
    }

    /// <summary>Again at the 10th, the 100th ….</summary>
    private void Scaled(Side side, char letter)
    {
        var key = Letter(side, letter);
        var count = _seen.TryGetValue(key, out var seen) ? seen.Count + 1 : 1;
        _seen[key] = (count, 0);
        var power = 1L;
        while (power < count) power *= 10;
        if (power == count) Append(key);
    }

    private void Append(char letter)
    {
        if (_letters.Length < LongestHistory) _letters.Append(letter);
    }

    private bool IsSynThenReset()
    {
        var letters = Letters;
        var syn = letters.StartsWith("^S", StringComparison.Ordinal) ? 1 : 0;
        var reset = letters.IndexOf('R');
        return letters.Length > syn && letters[syn] == 'S' && reset > syn
            && letters.AsSpan(syn + 1, reset - syn - 1).IndexOfAny("HIAF") < 0;
    }

    private static char Letter(Side side, char letter) => side == Side.Client ? char.ToUpperInvariant(letter) : letter;
}
