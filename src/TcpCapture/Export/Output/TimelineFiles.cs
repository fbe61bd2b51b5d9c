using TcpCapture.Export.Csv;
using TcpCapture.Export.PcapNg;
using TcpCapture.Export.Report;
using TcpCapture.Pipeline;
using TcpCapture.Recordings;

namespace TcpCapture.Export.Output;

/// <summary>The files of an output folder, written side by side in one pass over a recording, published together.</summary>
internal sealed class TimelineFiles : IDisposable
{
    private readonly Recording _recording;
    private readonly List<StagedFile> _files = [];
    private readonly StagedFile _timeline;
    private readonly StagedFile _connections;
    private readonly StagedFile _syns;
    private readonly StagedFile _pcapng;
    private readonly StagedFile? _delays;
    private readonly string _delaysPath;
    private readonly StagedFile _page;
    private readonly PcapExport _pcap;

    public TimelineFiles(string folder, Recording recording)
    {
        _recording = recording;
        _delaysPath = Path.Combine(folder, OutputFolder.DelaysName);
        try
        {
            _timeline = Stage(folder, "timeline.csv");
            _connections = Stage(folder, "connections.csv");
            _syns = Stage(folder, "syn-retransmits.csv");
            _pcapng = Stage(folder, Recording.FileName);
            if (recording.Info.Peer is not null) _delays = Stage(folder, OutputFolder.DelaysName);
            _page = Stage(folder, "report.html");
            _pcap = new PcapExport(Stage(folder, "capture.pcap").Stream, recording.Info);
        }
        catch
        {
            Dispose(); // those made before the one that could not be
            throw;
        }
    }

    /// <summary>Writes every file to its end.</summary>
    /// <param name="sinks">See the timeline too.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public IReadOnlyList<Finding> Write(IReadOnlyList<ITimelineSink> sinks)
    {
        IReadOnlyList<Finding> findings;
        var pcapng = new TimelinePcapNg(_pcapng.Stream, _recording.Info);
        var page = new HtmlReport(_page.Stream, _recording.Info);
        using (var timeline = new TimelineCsv(_timeline.Stream, _recording.Info.Start))
        using (var connections = new ConnectionsCsv(_connections.Stream))
        using (var syns = new SynRetransmitsCsv(_syns.Stream))
        using (var delays = _delays is null ? null : new DelaysCsv(_delays.Stream))
        {
            ITimelineSink[] own = delays is null ? [timeline, _pcap, pcapng, page] : [timeline, _pcap, pcapng, page, delays];
            var pass = new TimelinePass(_recording, [.. own, .. sinks], pcapng);
            pass.Ended += connections.Write;
            pass.Attempted += syns.Write;
            pass.Ended += page.Write;
            pass.Attempted += page.Write;
            findings = pass.Run();
        }

        foreach (var file in _files) file.Finish();
        return findings;
    }

    /// <summary>Gives every file its name.</summary>
    public void Publish()
    {
        foreach (var file in _files) file.Publish();
        if (_delays is null) File.Delete(_delaysPath); // of a merged recording that was here before
    }

    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    private StagedFile Stage(string folder, string name)
    {
        var file = new StagedFile(Path.Combine(folder, name));
        _files.Add(file);
        return file;
    }
}
