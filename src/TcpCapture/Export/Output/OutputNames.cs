namespace TcpCapture.Export.Output;

/// <summary>The names of the files of an output folder.</summary>
internal static class OutputNames
{
    public const string Timeline = "timeline.csv";
    public const string Connections = "connections.csv";
    public const string SynRetransmits = "syn-retransmits.csv";
    public const string Capture = "capture.pcap";
    public const string PcapNg = Recording.FileName;
    public const string Report = "report.html";

    /// <summary>Only of a merged recording.</summary>
    public const string Delays = "delays.csv";

    /// <summary>Only of capture files.</summary>
    public const string RoundTrips = "round-trips.csv";

    /// <summary>Only of capture files.</summary>
    public const string Marks = "marks.csv";

    /// <summary>The names of the files of every recording, in the order in which they are listed.</summary>
    public static IReadOnlyList<string> OfRecording { get; } = [Timeline, Connections, SynRetransmits, Capture, PcapNg, Report];
}
