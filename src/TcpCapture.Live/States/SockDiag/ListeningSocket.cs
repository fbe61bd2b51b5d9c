using TcpCapture.Model;

namespace TcpCapture.Live.States.SockDiag;

/// <summary>A socket that listens.</summary>
/// <param name="Local">Its address; the wildcard address for every one of the host's.</param>
/// <param name="Inode">What a process that holds it shows it by; 0 if none does.</param>
internal readonly record struct ListeningSocket(Endpoint Local, ulong Inode);
