namespace TcpCapture.Model;

/// <summary>How far a verdict about an RST can be trusted.</summary>
public enum ResetConfidence : byte
{
    /// <summary>Nothing that was recorded tells the cause.</summary>
    None,

    /// <summary>The segments alone make the cause likely; something else can look the same.</summary>
    Likely,

    /// <summary>Calls, looks at the sockets or the kernel's own word show it.</summary>
    Shown,
}
