using TcpCapture.Model;

namespace TcpCapture.Correlation.Clues;

/// <summary>The SYNs and SYN-ACKs of a connection. Times are in nanoseconds.</summary>
internal struct OpeningClues
{
    /// <summary>The first SYN.</summary>
    public uint SynFrame;
    public uint SynTsVal;
    public ushort SynLength;
    public ushort SynIdentification;
    public TcpFlags SynFlags;

    /// <summary>True if the first SYN had no option at all, as raw sockets and scanners send it.</summary>
    public bool SynIsBare;

    /// <summary>The latest SYN.</summary>
    public long LastSyn;
    public uint LastSynFrame;
    public uint LastSynTsVal;

    /// <summary>The first SYN-ACK, and the latest.</summary>
    public long SynAckTime;
    public uint SynAckFrame;
    public long LastSynAckTime;
    public uint LastSynAckFrame;
    public uint LastTsEcr;

    /// <summary>The acknowledgement number of the first SYN-ACK that does not acknowledge the SYN, and its frame; 0 for none.</summary>
    public uint WrongAck;
    public uint WrongAckFrame;

    /// <summary>The first plain ACK that answered the SYN, with other numbers: an old connection's; 0 for none.</summary>
    public uint ForeignAckFrame;

    /// <summary>SYN-ACKs that acknowledge the SYN.</summary>
    public ushort SynAcks;

    /// <summary>SYN-ACKs sent again although the handshake's last ACK had passed.</summary>
    public ushort SynAcksAfterAck;

    /// <summary>ACKs that did not move the server out of SYN_RECV, as its kernel reports, and the first one's event.</summary>
    public ushort DroppedAcks;
    public long DroppedAckEvent;

    /// <summary>SYNs sent again although a SYN-ACK had passed.</summary>
    public ushort SynsAfterSynAck;

    /// <summary>SYN-ACKs with a wrong TCP checksum.</summary>
    public ushort BadChecksums;

    /// <summary>True if SYN-ACKs had different initial sequence numbers.</summary>
    public bool HasOtherIsn;
}
