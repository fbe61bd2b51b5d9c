using System.Text;
using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Model;

namespace TcpCapture.Recordings.Format;

/// <summary>The parts that make a pcapng file a recording: a header, the observations and an end.</summary>
// Both the file written while recording and the final timeline have them, so one reader reads both.
internal static class RecordingFormat
{
    /// <summary>Observations between two rows: a block for local use (pcapng, section 4.1), which other programs skip.</summary>
    public const PcapNgBlockType Observations = (PcapNgBlockType)0x80544350;

    /// <summary>The start of a block of observations: seven letters and the version. Fields as in a journal entry follow.</summary>
    // Other programs can use the same type, because it is for local use.
    public static ReadOnlySpan<byte> ObservationsMark => "TcpCapt\u0001"u8;

    /// <summary>Starts the section's comment with the header.</summary>
    public static ReadOnlySpan<byte> HeaderMark => "TcpCapture-recording: "u8;

    /// <summary>Starts the comment with the recording's end.</summary>
    public static ReadOnlySpan<byte> EndMark => "TcpCapture-end: "u8;

    /// <summary>Starts the comment with the file's contents.</summary>
    public static ReadOnlySpan<byte> ContentsMark => "TcpCapture-contents: "u8;

    /// <summary>Starts a frame's comment with its passage between two hosts.</summary>
    public static ReadOnlySpan<byte> PassageMark => "TcpCapture-passage: "u8;

    public const string CallField = "TCPCAPTURE_CALL";
    public const string SampleField = "TCPCAPTURE_SAMPLE";
    public const string OwnerField = "TCPCAPTURE_OWNER";
    public const string TraceField = "TCPCAPTURE_TRACE";

    /// <summary>The end, also in the last entry: editcap, mergecap and Wireshark lose the comment of a statistics block.</summary>
    public const string EndField = "TCPCAPTURE_END";

    public const string ContentsField = "TCPCAPTURE_CONTENTS";

    /// <summary>Starts the file: the section with the header, and interface 0.</summary>
    /// <exception cref="TcpCaptureException">A text, such as the filter, is too long for the format.</exception>
    public static void WriteHeader(PcapNgWriter writer, RecordingInfo info, List<(int LinkType, int Host)> interfaces)
    {
        var scenario = info.Scenario.Length == 0 ? "traffic" : info.Scenario;
        var options = new PcapNgOptions()
            .Comment(info.Captures is null
                ? $"A TcpCapture recording of {scenario} on {info.Interface} of {info.Host}, begun {info.Start}: "
                    + "frames as captured, socket calls and states as journal entries."
                : $"Connections of the capture {scenario}, begun {info.Start}, as TcpCapture understands them: "
                    + "frames as captured, states as journal entries.")
            .Comment(Marked(HeaderMark, ObservationJson.Write(info)));
        if (info.System.Length > 0) options.Text(PcapNgFormat.SectionOperatingSystem, info.System);
        options.Text(PcapNgFormat.SectionApplication, $"TcpCapture {info.Tool}");
        writer.Section(options);
        InterfaceOf(writer, info, interfaces, info.LinkType, host: 0);
    }

    /// <summary>The number of the interface for a link type and a host (0 is the first), described when first used.</summary>
    // interfaces: those described so far, in the order of their numbers.
    public static int InterfaceOf(
        PcapNgWriter writer, RecordingInfo info, List<(int LinkType, int Host)> interfaces, int linkType, int host)
    {
        var number = interfaces.IndexOf((linkType, host));
        if (number >= 0) return number;
        interfaces.Add((linkType, host));
        var own = host == 0 || info.Peer is null ? info : info.Peer;
        var name = info.Peer is null ? own.Interface : $"{own.Interface} of {own.Host} ({(host == 0 ? "first" : "second")} host)";
        var options = new PcapNgOptions();
        if (name.Length > 0) options.Text(PcapNgFormat.InterfaceName, name);
        if (own.Filter.Length > 0) options.Filter(own.Filter);
        return writer.Interface(linkType, own.Snaplen, options);
    }

    public static void WriteEnd(PcapNgWriter writer, RecordingInfo info, RecordingEnd end, RecordingContents? contents = null)
    {
        var options = new PcapNgOptions().End(end);
        if (contents is not null) options.Contents(contents);
        options.Time(PcapNgFormat.StatisticsStart, info.Start.Nanoseconds)
            .Time(PcapNgFormat.StatisticsEnd, end.Time.Nanoseconds)
            .Number(PcapNgFormat.StatisticsReceived, (ulong)end.Frames);
        if (end.DroppedByInterface is { } byInterface)
            options.Number(PcapNgFormat.StatisticsDroppedByInterface, (ulong)byInterface);
        if (end.DroppedByKernel is { } byKernel) options.Number(PcapNgFormat.StatisticsDroppedByKernel, (ulong)byKernel);
        writer.Statistics(0, end.Time, options);
    }

    /// <summary>Adds the end to an entry, in addition to <see cref="WriteEnd"/>.</summary>
    public static JournalEntry End(this JournalEntry entry, RecordingEnd end) =>
        entry.Field(EndField, ObservationJson.Write(end));

    public static JournalEntry Contents(this JournalEntry entry, RecordingContents contents) =>
        entry.Field(ContentsField, ObservationJson.Write(contents));

    public static PcapNgOptions End(this PcapNgOptions options, RecordingEnd end) =>
        options.Comment(Marked(EndMark, ObservationJson.Write(end)));

    public static PcapNgOptions Contents(this PcapNgOptions options, RecordingContents contents) =>
        options.Comment(Marked(ContentsMark, ObservationJson.Write(contents)));

    public static PcapNgOptions Passage(this PcapNgOptions options, FramePassage passage) =>
        options.Comment(Marked(PassageMark, ObservationJson.Write(passage)));

    public static JournalEntry Call(this JournalEntry entry, SocketCall call) =>
        entry.Field(CallField, ObservationJson.Write(call));

    public static JournalEntry Sample(this JournalEntry entry, SocketSample sample) =>
        entry.Field(SampleField, ObservationJson.Write(sample));

    public static JournalEntry Owner(this JournalEntry entry, SocketOwner owner) =>
        entry.Field(OwnerField, ObservationJson.Write(owner));

    public static JournalEntry Trace(this JournalEntry entry, KernelEvent trace) =>
        entry.Field(TraceField, ObservationJson.Write(trace));

    private static string Marked(ReadOnlySpan<byte> mark, ReadOnlySpan<byte> json) =>
        string.Concat(Encoding.UTF8.GetString(mark), Encoding.UTF8.GetString(json));
}
