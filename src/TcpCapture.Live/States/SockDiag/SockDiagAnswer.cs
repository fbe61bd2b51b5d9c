namespace TcpCapture.Live.States.SockDiag;

/// <summary>What a netlink datagram says to a question.</summary>
internal enum SockDiagAnswer
{
    /// <summary>The socket asked for.</summary>
    Socket,

    /// <summary>There is no such socket.</summary>
    Absent,

    /// <summary>A dump has ended well.</summary>
    Done,

    /// <summary>The kernel refused the question.</summary>
    Refused,

    /// <summary>The answer to an earlier question.</summary>
    Foreign,

    /// <summary>Not a message that can be understood.</summary>
    Malformed,
}
