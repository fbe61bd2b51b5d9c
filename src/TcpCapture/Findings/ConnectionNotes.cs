using TcpCapture.Findings.Calls;
using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>What analyses keep of one connection until it has ended.</summary>
/// <remarks>Kept with the connection, not in a dictionary, because several threads deliver events of different connections.</remarks>
internal sealed class ConnectionNotes
{
    private PerSide<EndNotes> _ends;
    private SendsOfEnds? _sends;

    /// <summary>The client's SYNs, if one was retransmitted; else null.</summary>
    public List<SentSyn>? Syns { get; set; }

    /// <summary>The server's SYN-ACKs, if one was retransmitted; else null.</summary>
    public List<SentSyn>? SynAcks { get; set; }

    /// <summary>The sends of both ends; created if there are none.</summary>
    public SendsOfEnds Sends => _sends ??= new SendsOfEnds();

    public bool HasSends => _sends is not null;

    public ref EndNotes this[Side side] => ref _ends.Of(side);

    /// <summary>The notes about a connection, created if there are none.</summary>
    public static ConnectionNotes Of(Connection connection)
    {
        if (connection.AnalysisNotes is ConnectionNotes known) return known;
        var notes = new ConnectionNotes();
        connection.AnalysisNotes = notes;
        return notes;
    }

    public static ConnectionNotes? Find(Connection connection) => (ConnectionNotes?)connection.AnalysisNotes;

    /// <summary>The sends of both ends: only connections with observed calls have them.</summary>
    internal sealed class SendsOfEnds
    {
        private PerSide<SendNotes> _ends;

        public ref SendNotes Of(Side side) => ref _ends.Of(side);
    }

    internal struct EndNotes
    {
        /// <summary>True once the end has entered a closing state, even if <see cref="ClosingStays"/> is not kept.</summary>
        public bool HasClosed { get; set; }

        /// <summary>The closing states it passed through; null if not kept.</summary>
        public List<ClosingStay>? ClosingStays { get; set; }

        /// <summary>Its stay in CLOSE_WAIT, if more than segments show it; event 0 for none.</summary>
        public ClosingStay CloseWait { get; set; }

        /// <summary>How it left FIN_WAIT_2 or TIME_WAIT without a segment; null if it did not.</summary>
        public SilentEnd? SilentEnd { get; set; }
    }
}

/// <summary>A SYN or SYN-ACK of one end.</summary>
/// <param name="Time">When it passed the capture point.</param>
/// <param name="Event">Number of its event.</param>
/// <param name="IsByTimer">True if the retransmission timer sent it.</param>
internal readonly record struct SentSyn(Timestamp Time, long Event, bool IsByTimer);

/// <summary>The stay of an end in a closing state.</summary>
/// <param name="State">The state.</param>
/// <param name="Since">When it entered the state.</param>
/// <param name="Until">When it left the state; null if it did not.</param>
/// <param name="Event">Number of the event in which it entered the state.</param>
internal readonly record struct ClosingStay(TcpState State, Timestamp Since, Timestamp? Until, long Event);

/// <summary>The end of a waiting socket without a segment.</summary>
/// <param name="State">Its last state.</param>
/// <param name="Event">Number of the event of its end.</param>
/// <param name="Note">The probable reason.</param>
internal sealed record SilentEnd(TcpState State, long Event, string Note);
