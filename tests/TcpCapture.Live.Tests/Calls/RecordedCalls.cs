using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using TcpCapture.Live.Calls.Assembly;
using TcpCapture.Live.Calls.Processes;
using TcpCapture.Live.Calls.Records;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Calls;

/// <summary>A kernel trace of a server and a client, from the folder Recordings. Its README describes what they did.</summary>
[SupportedOSPlatform("linux")]
internal sealed class RecordedCalls
{
    public const int PageLength = 4096;
    private const int DataOffset = 16;

    private static readonly string[] PageFiles = ["programs-cpu0.pages", "programs-cpu1.pages", "states-cpu0.pages", "states-cpu1.pages"];

    private readonly Dictionary<string, TraceFormat> _formats;
    private readonly Dictionary<string, int> _facts;

    public RecordedCalls()
    {
        _formats = ("\n" + File.ReadAllText(Find("formats"))).Split("\nname: ", StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(FirstLine, text => TraceFormat.Parse(FirstLine(text), text));
        _facts = File.ReadLines(Find("facts")).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => int.Parse(words[1], CultureInfo.InvariantCulture));
        Tree = new ProgramTree(Launcher);
        Tree.Begin(Side.Server, default);
    }

    public int Launcher => _facts["launcher"];

    public int Server => _facts["server"];

    public int Client => _facts["client"];

    public Endpoint Listener => Endpoint.FromBytes([127, 0, 0, 1], (ushort)_facts["port"]);

    public ProgramTree Tree { get; }

    /// <summary>The trace pages: one file for each CPU and trace.</summary>
    public static List<byte[]> Pages() => [.. PageFiles.Select(file => File.ReadAllBytes(Find(file)))];

    /// <summary>Decodes the records, in order of time.</summary>
    public List<CallRecord> Records(IReadOnlyList<byte[]> pages)
    {
        var layouts = new CallLayouts((_, name, _) => _formats.GetValueOrDefault(name), useTransfers: true);
        var decoder = new CallRecordDecoder(0, layouts.All, _formats["inet_sock_set_state"]);
        var merger = new CallRecordMerger();
        foreach (var bytes in pages)
        {
            for (var at = 0; at + PageLength <= bytes.Length; at += PageLength)
            {
                var page = new TracePage(bytes.AsSpan(at, PageLength), DataOffset);
                while (page.Next())
                {
                    if (decoder.TryDecode(page.Record, page.Time, 0, out var record)) merger.Add(bytes, record);
                }
            }
        }

        var records = new List<CallRecord>();
        while (merger.TryTake(new Timestamp(long.MaxValue), out var record)) records.Add(record);
        return records;
    }

    /// <summary>Assembles calls from records, as from a live trace.</summary>
    public List<SocketCall> Assemble(IEnumerable<CallRecord> records, params ushort[] ports)
    {
        var sink = new CallList();
        var assembler = new CallAssembler(Tree, sink, reportsTransfers: true, ports);
        foreach (var record in records)
        {
            assembler.Process(record);
            if (record.Kind != CallRecordKind.Gap) assembler.Reach(record.Time);
        }

        assembler.Finish();
        return sink.Calls;
    }

    private static string FirstLine(string text) => text[..text.IndexOf('\n', StringComparison.Ordinal)];

    private static string Find(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Recordings", name);
}
