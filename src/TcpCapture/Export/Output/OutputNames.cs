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

    public const string Delays = "delays.csv"; // of a merged recording only
    public const string RoundTrips = "round-trips.csv"; // of capture files only
    public const string Marks = "marks.csv"; // of capture files only

    /// <summary>The files of every recording, in the order in which they are listed.</summary>
    public static IReadOnlyList<string> OfRecording { get; } = [Timeline, Connections, SynRetransmits, Capture, PcapNg, Report];
}
