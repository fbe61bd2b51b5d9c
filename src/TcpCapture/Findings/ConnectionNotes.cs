using TcpCapture.Model;

namespace TcpCapture.Findings;

/// <summary>What analyses keep of one connection until it has ended.</summary>
/// <remarks>
/// Kept with the connection, not in a dictionary: of a capture file, events of different connections come from several threads.
/// </remarks>
internal sealed class ConnectionNotes
{
    private PerSide<EndNotes> _ends;

    /// <summary>The client's SYNs from the first, once one was retransmitted; else null.</summary>
    public List<SentSyn>? Syns { get; set; }

    /// <summary>The server's SYN-ACKs from the first, once one was retransmitted; else null.</summary>
    public List<SentSyn>? SynAcks { get; set; }

    /// <summary>The notes about one end.</summary>
    public ref EndNotes this[Side side] => ref _ends.Of(side);

    /// <summary>The notes about a connection, made if there are none yet.</summary>
    public static ConnectionNotes Of(Connection connection)
    {
        if (connection.AnalysisNotes is ConnectionNotes known) return known;
        var notes = new ConnectionNotes();
        connection.AnalysisNotes = notes;
        return notes;
    }

    /// <summary>The notes about a connection; null if there are none.</summary>
    public static ConnectionNotes? Find(Connection connection) => (ConnectionNotes?)connection.AnalysisNotes;

    /// <summary>The notes about one end.</summary>
    internal struct EndNotes
    {
        /// <summary>True once the end has entered a state of closing, whether or not <see cref="ClosingStays"/> is kept.</summary>
        public bool HasClosed { get; set; }

        /// <summary>The states of closing it went through; null if none is kept.</summary>
        public List<ClosingStay>? ClosingStays { get; set; }

        /// <summary>How it left a state that only waits, if no segment caused that; else null.</summary>
        public SilentEnd? SilentEnd { get; set; }
    }
}

/// <summary>A SYN, or a SYN-ACK, that one end sent.</summary>
/// <param name="Time">When it passed the capture point.</param>
/// <param name="Event">Number of its event.</param>
/// <param name="IsByTimer">Its sender's timer ran out; false if something else made it send again.</param>
internal readonly record struct SentSyn(Timestamp Time, long Event, bool IsByTimer);

/// <summary>How long an end was in a state of closing.</summary>
/// <param name="State">The state.</param>
/// <param name="Since">When it entered the state.</param>
/// <param name="Until">When it left the state; null if it did not.</param>
/// <param name="Event">Number of the event of entering.</param>
internal readonly record struct ClosingStay(TcpState State, Timestamp Since, Timestamp? Until, long Event);

/// <summary>A waiting socket disappeared without a segment.</summary>
/// <param name="State">The state it was in.</param>
/// <param name="Event">Number of the event of its end.</param>
/// <param name="Note">What is known of the reason.</param>
internal sealed record SilentEnd(TcpState State, long Event, string Note);
