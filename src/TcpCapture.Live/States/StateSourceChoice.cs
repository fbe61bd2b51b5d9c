namespace TcpCapture.Live.States;

/// <summary>How the states of sockets are to be observed.</summary>
public enum StateSourceChoice
{
    /// <summary>The best source that works here.</summary>
    Auto,

    /// <summary>The kernel reports each change itself, to the nanosecond.</summary>
    Traced,

    /// <summary>Each socket is looked at every millisecond, by its four-tuple (Linux, sock_diag; no privilege needed).</summary>
    Sampled,

    /// <summary>The system's connection table is read every 25 ms (any system, no privilege needed).</summary>
    Portable,
}
