using System.Runtime.CompilerServices;

namespace TcpCapture.Live.Tests.States.SockDiag;

/// <summary>Bytes the kernel once sent, from the folder Recordings; the comments in each file say to which question.</summary>
internal static class RecordedAnswer
{
    /// <summary>The sequence number of the questions that were recorded.</summary>
    public const uint Sequence = 7;

    public static byte[] Read(string name, [CallerFilePath] string here = "")
    {
        var lines = File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "..", "Recordings", name + ".hex"));
        return Convert.FromHexString(string.Concat(lines.Where(line => !line.StartsWith('#'))).Replace(" ", ""));
    }

    /// <summary>The ports of the recorded answer itself: those of the ephemeral end differ from file to file.</summary>
    public static (ushort Local, ushort Remote) PortsOf(byte[] answer) =>
        ((ushort)(answer[20] << 8 | answer[21]), (ushort)(answer[22] << 8 | answer[23]));
}
