using System.Runtime.CompilerServices;

namespace TcpCapture.Live.Tests.States.SockDiag;

/// <summary>Recorded replies of the kernel in the folder Recordings; a comment in each file has the request.</summary>
internal static class RecordedAnswer
{
    /// <summary>The sequence number of the recorded requests.</summary>
    public const uint Sequence = 7;

    public static byte[] Read(string name, [CallerFilePath] string here = "")
    {
        var lines = File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "..", "Recordings", name + ".hex"));
        return Convert.FromHexString(string.Concat(lines.Where(line => !line.StartsWith('#'))).Replace(" ", ""));
    }

    /// <summary>The ports in a recorded reply; the ephemeral ports differ between files.</summary>
    public static (ushort Local, ushort Remote) PortsOf(byte[] answer) =>
        ((ushort)(answer[20] << 8 | answer[21]), (ushort)(answer[22] << 8 | answer[23]));
}
