using System.CommandLine;

namespace TcpCapture.Cli;

/// <summary><c>tcpcapture analyze FILE…</c></summary>
internal static class AnalyzeCommand
{
    private static readonly Argument<string[]> Files = new("file")
    {
        Description = "pcap or pcapng files, also compressed (gzip, zstd), taken as one capture in the order of time; - for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Output = ObservationArguments.Output("analyze-TIME");
    private static readonly Option<bool> Force = ObservationArguments.Force();

    public static Command Create()
    {
        var command = new Command("analyze", "Tells what happened on each connection of captures made by others.") { Files, Output, Force };
        command.SetAction(parsed => Failures.Guard(() =>
        {
            using var analysis = CaptureAnalysis.Open(parsed.GetValue(Files)!);
            var folder = OutputFolder.Create(parsed.GetValue(Output) ?? FolderName.New("analyze"), parsed.GetValue(Force));
            var summary = analysis.Run(folder, ConnectionChoice.None);
            Console.WriteLine($"{summary.Frames} frames, {summary.Segments} segments, {summary.Connections} connections.");
            foreach (var remark in summary.Remarks) Console.WriteLine(remark);
            Console.WriteLine($"Files in {folder.Path}: connections.csv, syn-retransmits.csv");
            return ExitCode.Done;
        }));
        return command;
    }
}
