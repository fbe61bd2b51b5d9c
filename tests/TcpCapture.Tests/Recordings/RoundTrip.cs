using System.Text;
using TcpCapture.Recordings;

namespace TcpCapture.Tests.Recordings;

/// <summary>Recording → files → recording: nothing may be lost, and nothing may change.</summary>
internal static class RoundTrip
{
    /// <summary>Asserts that the recording among the outputs gives the same timeline as the one they were made of.</summary>
    public static void AssertSame(Recording recorded, Outputs first)
    {
        var reloaded = Recording.Open(first.Folder);
        using var second = Outputs.Of(reloaded);

        foreach (var file in Outputs.Compared) Assert.Equal(first.Text(file), second.Text(file));
        Assert.Equal(Joined(recorded), Joined(reloaded));
        Assert.Equal(EndOf(recorded), EndOf(reloaded));
        Assert.Equal(first.Bytes("capture.pcap"), second.Bytes("capture.pcap"));
        Assert.Equal(first.Bytes(Recording.FileName), second.Bytes(Recording.FileName));
    }

    private static string EndOf(Recording recording) =>
        recording.End is { } end ? Encoding.UTF8.GetString(ObservationJson.Write(end)) : "";

    /// <summary>Every observation, in the order of time; a short call's begin and return are one, as a timeline holds them.</summary>
    private static List<string> Joined(Recording recording)
    {
        var log = new ObservationLog();
        var window = new ReorderWindow(log);
        recording.Replay(window);
        window.Flush();
        Assert.Equal(0, window.Late);
        return log.Lines;
    }
}
