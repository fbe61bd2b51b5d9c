using System.Text;
using TcpCapture.Recordings;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Tests.Recordings;

/// <summary>Recording → files → recording: nothing is lost, and nothing changes.</summary>
internal static class RoundTrip
{
    /// <summary>Asserts that the recording in the outputs gives the same timeline as the original.</summary>
    public static void AssertSame(Recording recorded, Outputs first)
    {
        PacketList.AssertIsTheTimeline(first);
        var reloaded = Recording.Open(first.Folder);
        using var second = Outputs.Of(reloaded);

        foreach (var file in Outputs.Compared) Assert.Equal(first.Text(file), second.Text(file));
        Assert.Equal(Joined(recorded), Joined(reloaded));
        Assert.Equal(EndOf(recorded), EndOf(reloaded));
        Assert.Null(reloaded.Missing);
        AssertSavedAgain(recorded, first);
        Assert.Equal(first.Bytes("capture.pcap"), second.Bytes("capture.pcap"));
        Assert.Equal(first.Bytes(Recording.FileName), second.Bytes(Recording.FileName));
    }

    /// <summary>Asserts that the file saved by Wireshark is the same recording, or lacks only the blocks that Wireshark drops.</summary>
    private static void AssertSavedAgain(Recording recorded, Outputs outputs)
    {
        var path = Path.Combine(outputs.Folder, "saved.pcapng");
        File.WriteAllBytes(path, SavedByWireshark.Save(outputs.Bytes(Recording.FileName)));
        var saved = Recording.Open(path);
        var left = Joined(saved);
        var all = Joined(recorded);
        var lost = saved.Lost;
        Assert.Equal(0, lost.Frames + lost.Calls);
        Assert.Equal(all.Count - left.Count, lost.Samples + lost.Owners + lost.Traces);
        Assert.Equal(all.Count == left.Count, saved.Missing is null);
        Assert.Subset(all.ToHashSet(), left.ToHashSet());
        if (saved.Missing is null) Assert.Equal(all, left);
        Assert.Equal(EndOf(recorded), EndOf(saved));
    }

    private static string EndOf(Recording recording) =>
        recording.End is { } end ? Encoding.UTF8.GetString(ObservationJson.Write(end)) : "";

    /// <summary>Every observation in the order of time; the entry and return of a short call are one, as in a timeline.</summary>
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
