namespace TcpCapture.Model;

/// <summary>Which process holds a socket, looked up after the socket was first seen.</summary>
/// <param name="Time">When the look-up ended.</param>
/// <param name="Local">The socket's own address.</param>
/// <param name="Remote">The peer's address; port 0 for a listener.</param>
/// <param name="Inode">The socket's inode.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="ProcessName">Its name as the kernel has it: up to 15 bytes that its owner chose, so never to be trusted as text.</param>
public sealed record SocketOwner(
    Timestamp Time, Endpoint Local, Endpoint Remote, ulong Inode, int ProcessId, string ProcessName);
