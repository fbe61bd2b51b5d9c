using Microsoft.CodeAnalysis.CSharp;

namespace TcpCapture.Tests.Architecture;

public class DependencyRuleTests
{
    private static readonly IReadOnlyList<CSharpCompilation> Samples = SourceProjects.Compile(
    [
        ("src/TcpCapture/Timeline.cs", "namespace TcpCapture; public class Timeline;"),
        ("src/TcpCapture/Model/Segment.cs", "namespace TcpCapture.Model; public class Segment;"),
        ("src/TcpCapture/Decoding/FrameDecoder.cs", "namespace TcpCapture.Decoding; internal class FrameDecoder { public const int Limit = 1; public static int Read() => 1; public int Length; }"),
        ("src/TcpCapture/CaptureFiles/CaptureReader.cs", "namespace TcpCapture.CaptureFiles; internal class CaptureReader;"),
        ("src/TcpCapture/CaptureFiles/Pcap/PcapWriter.cs", "namespace TcpCapture.CaptureFiles.Pcap; internal class PcapWriter;"),
        ("src/TcpCapture/Recordings/Recording.cs", "namespace TcpCapture; public class Recording;"),
        ("src/TcpCapture/Correlation/Correlator.cs", "namespace TcpCapture.Correlation; internal class Correlator { public Decoding.FrameDecoder? Decoder; }"),
        ("src/TcpCapture/Findings/Finding.cs", "namespace TcpCapture; public class Finding { public enum Kind { Reset } }"),
        ("src/TcpCapture/Export/Ladder/Ladder.cs", "namespace TcpCapture.Export.Ladder; internal class Ladder;"),
        ("src/TcpCapture.Live/CaptureSession.cs", "namespace TcpCapture.Live; public class CaptureSession;"),
        ("src/TcpCapture.Live/Capture/LiveCapture.cs", "namespace TcpCapture.Live.Capture; internal class LiveCapture;"),
        ("src/TcpCapture.Live/States/SockDiag/SockDiag.cs", "namespace TcpCapture.Live.States.SockDiag; internal static class SockDiag { public const string Name = \"\"; }"),
        ("src/TcpCapture.Live/Platform/Linux/Libc.cs", "namespace TcpCapture.Live.Platform.Linux; internal static class Libc;"),
        ("src/TcpCapture.Cli/Program.cs", "namespace TcpCapture.Cli; internal static class Program;"),
    ]);

    [Fact]
    public void TheSourcesKeepIt()
    {
        IReadOnlyList<string> files = Repository.Files("src", ".cs");
        Assert.Contains("src/TcpCapture/Model/Segment.cs", files);

        var projects = SourceProjects.Compile(files.Select(path => (path, Repository.Read(path))));

        House.Holds(DependencyRule.Check(projects));
    }

    [Theory]
    [InlineData("TcpCapture/Model", "using TcpCapture.Decoding;\nclass C { FrameDecoder? d; }")]
    [InlineData("TcpCapture/Model", "class C : Recording;")]
    [InlineData("TcpCapture/Decoding", "class C { Finding.Kind k; }")]
    [InlineData("TcpCapture/Decoding", "class C { int k = (int)Finding.Kind.Reset; }")]
    [InlineData("TcpCapture/Model", "using static TcpCapture.Decoding.FrameDecoder;\nclass C { int i = Read(); }")]
    [InlineData("TcpCapture/Model", "class C { int i = TcpCapture.Decoding.FrameDecoder.Limit; }")]
    [InlineData("TcpCapture/Model", "class C { string s = nameof(Finding); }")]
    [InlineData("TcpCapture/Model", "using Frames = TcpCapture.Decoding.FrameDecoder;\nclass C { Frames? f; }")]
    [InlineData("TcpCapture/CaptureFiles", "using TcpCapture.Correlation;\nclass C { Correlator? c; }")]
    [InlineData("TcpCapture/Recordings", "class C { global::TcpCapture.Correlation.Correlator? c; }")]
    [InlineData("TcpCapture/Correlation", "class C { TcpCapture . Finding? f; }")]
    [InlineData("TcpCapture/Findings", "class C : TcpCapture.Export.Ladder.Ladder;")]
    [InlineData("TcpCapture/Findings", "class C { object o = new Correlation.Correlator().Decoder!.Length; }")]
    [InlineData("TcpCapture/Findings", "class C { System.Collections.Generic.List<Recording> l = new(); }")]
    [InlineData("TcpCapture/Export", "class C : TcpCapture.Decoding.FrameDecoder;")]
    [InlineData("TcpCapture/Export", "class C : TcpCapture.CaptureFiles.CaptureReader;")]
    [InlineData("TcpCapture/Model", "class C { string s = $\"{TcpCapture.Decoding.FrameDecoder.Limit}\"; }")]
    [InlineData("TcpCapture.Live/Sockets", "class C { Capture.LiveCapture? d; }")]
    [InlineData("TcpCapture.Live/Capture", "class C { string s = States.SockDiag.SockDiag.Name; }")]
    [InlineData("TcpCapture.Live/Sockets", "using static TcpCapture.Live.States.SockDiag.SockDiag;\nclass C { string s = Name; }")]
    [InlineData("TcpCapture.Live/States", "class C { FrameDecoder? d; }")]
    [InlineData("TcpCapture.Live/Sockets", "class C { CaptureSession? s; }")]
    [InlineData("TcpCapture/Model", "class C { PacketDotNet.Packet? p; }")]
    [InlineData("TcpCapture/Recordings", "using PacketDotNet;\nclass C { Packet? p; }")]
    [InlineData("TcpCapture/Findings", "using CsvHelper;\nclass C { CsvWriter? w; }")]
    [InlineData("TcpCapture/Export", "using CsvHelper;\nclass C { CsvWriter? w; }")]
    [InlineData("TcpCapture/Decoding", "class C { ZstdSharp.Decompressor? d; }")]
    [InlineData("TcpCapture.Live/States", "using SharpPcap;\nclass C { void M() { foreach (var d in CaptureDeviceList.Instance) { } } }")]
    [InlineData("TcpCapture.Live/Capture", "class C { System.CommandLine.Command? c; }")]
    [InlineData("TcpCapture/Decoding", "using System.Runtime.InteropServices;\npartial class C { [LibraryImport(\"libc\")] static partial int getpid(); }")]
    [InlineData("TcpCapture.Live/States", "using System.Runtime.InteropServices;\nclass C { [DllImport(\"libc\")] static extern int getpid(); }")]
    [InlineData("TcpCapture/Model", "global using TcpCapture.Model;")]
    [InlineData("TcpCapture/Plumbing", "class C;")]
    public void AViolationIsCaught(string folder, string source) => Assert.NotEmpty(Check(folder, source));

    [Theory]
    [InlineData("TcpCapture/Decoding", "using TcpCapture.Model;\nusing PacketDotNet;\nclass C { Segment? s; Packet? p; }")]
    [InlineData("TcpCapture.Live/Capture", "using SharpPcap;\nclass C { RawCapture? r; FrameDecoder? d; }")]
    [InlineData("TcpCapture/Recordings", "using TcpCapture.CaptureFiles;\nclass C { CaptureReader? r; }")]
    [InlineData("TcpCapture/Export/Csv", "using CsvHelper;\nclass C { CsvWriter? w; }")]
    [InlineData("TcpCapture/Export", "using TcpCapture.CaptureFiles.Pcap;\nclass C { PcapWriter? w; }")]
    [InlineData("TcpCapture/Model", "// like TcpCapture.Decoding\n/* or SharpPcap */\nclass C;")]
    [InlineData("TcpCapture/Model", "class C { string s = \"TcpCapture.Decoding.FrameDecoder\"; }")]
    [InlineData("TcpCapture.Live/Sockets", "class C { C? Capture; int Length; int M() => Capture!.Length; }")]
    [InlineData("TcpCapture/Model", "class C { Segment? s; }")]
    [InlineData("TcpCapture.Live/Platform/Linux", "using System.Runtime.InteropServices;\nclass C { [DllImport(\"libc\")] static extern int getpid(); }")]
    public void WhatIsAllowedPasses(string folder, string source) => Assert.Empty(Check(folder, source));

    [Fact]
    public void CodeAfterALiteralIsStillRead() =>
        Assert.NotEmpty(Check(
            "TcpCapture/Model", "class C { string s = \"/* not a comment\"; char q = '\\''; TcpCapture.Decoding.FrameDecoder? d; }"));

    [Theory]
    [InlineData("TcpCapture.Live/States/SockDiag", "TcpCapture.Live.States.SockDiag", "internal", true)]
    [InlineData("TcpCapture.Live/States/SockDiag", "TcpCapture.Live.States", "internal", false)]
    [InlineData("TcpCapture.Live/States/SockDiag", "TcpCapture.Live", "internal", false)]
    [InlineData("TcpCapture.Live/States/SockDiag", "TcpCapture.Live", "public", true)]
    [InlineData("TcpCapture.Live/States/SockDiag", "TcpCapture", "public", false)]
    [InlineData("TcpCapture/Export/Csv", "TcpCapture.Export", "public", false)]
    [InlineData("TcpCapture/Export/Csv", "TcpCapture.Model", "public", true)]
    [InlineData("TcpCapture/Export/Csv", "TcpCapture", "public", true)]
    [InlineData("TcpCapture.Cli/Commands", "TcpCapture.Cli.Commands", "internal", true)]
    [InlineData("TcpCapture.Cli/Commands", "TcpCapture.Cli", "public", false)]
    public void ANamespaceIsTheFoldersOrPublic(string folder, string name, string access, bool right) =>
        Assert.Equal(right, !CheckFile($"src/{folder}/Sample.cs", $"namespace {name};\n{access} class C;").Any());

    [Fact]
    public void FilesAtTheRootOfAProjectMayUseEveryRoomButNoPackage()
    {
        Assert.Empty(CheckFile("src/TcpCapture/Sample.cs", "namespace TcpCapture;\nclass C { Decoding.FrameDecoder? d; Export.Ladder.Ladder? l; }"));
        Assert.NotEmpty(CheckFile("src/TcpCapture.Live/Sample.cs", "namespace TcpCapture.Live;\nclass C { SharpPcap.RawCapture? r; }"));
    }

    [Fact]
    public void TheCommandUsesNoPackageOfTheLibrary() => Assert.NotEmpty(Check("TcpCapture.Cli", "using CsvHelper;\nclass C { CsvWriter? w; }"));

    [Fact]
    public void TheCommandUsesPublicTypesOnly()
    {
        Assert.Empty(Check("TcpCapture.Cli/Commands", "class C { Recording? r; CaptureSession? s; System.CommandLine.Command? c; }"));
        Assert.NotEmpty(Check("TcpCapture.Cli/Commands", "class C { LiveCapture? c; }"));
    }

    [Fact]
    public void AViolationNamesFileLineAndRule()
    {
        Violation violation = Assert.Single(CheckFile(
            "src/TcpCapture/Decoding/Sample.cs", "// Recording\n\nnamespace TcpCapture.Decoding;\ninternal class C : Recording;"));

        Assert.Equal("src/TcpCapture/Decoding/Sample.cs:4: Decoding may use only Model, not Recording of Recordings", violation.ToString());
    }

    /// <summary>The source's usings stay first; it gets the namespace of its folder and usings of the rooms in question.</summary>
    private static IEnumerable<Violation> Check(string folder, string source)
    {
        var usings = string.Concat(source.Split('\n').Where(line => line.Contains("using ", StringComparison.Ordinal)).Select(line => line + "\n"));
        var code = source.Split('\n').Where(line => !line.Contains("using ", StringComparison.Ordinal));
        var rooms = folder.StartsWith("TcpCapture/", StringComparison.Ordinal) ? "using TcpCapture;\n"
            : "using TcpCapture;\nusing TcpCapture.Decoding;\nusing TcpCapture.Live;\nusing TcpCapture.Live.Capture;\n";
        return CheckFile($"src/{folder}/Sample.cs", $"{usings}{rooms}namespace {folder.Replace('/', '.')};\n{string.Join('\n', code)}");
    }

    private static IEnumerable<Violation> CheckFile(string path, string source)
    {
        var project = Samples.Single(project => project.AssemblyName == path.Split('/')[1]);
        return DependencyRule.Check([SourceProjects.Add(project, path, source)]).Where(violation => violation.File == path);
    }
}
