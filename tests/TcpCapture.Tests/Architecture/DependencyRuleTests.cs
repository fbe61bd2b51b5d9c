namespace TcpCapture.Tests.Architecture;

public class DependencyRuleTests
{
    private static readonly DependencyRule Rule = new(
        ["src/TcpCapture/Capture/FrameDecoder.cs", "src/TcpCapture/Capture/PcapWriter.cs", "src/TcpCapture/States/Linux/SockDiag.cs"]);

    [Fact]
    public void TheSourcesKeepIt()
    {
        IReadOnlyList<string> files = Repository.Files("src", ".cs");
        Assert.Contains("src/TcpCapture/Model/Segment.cs", files);

        DependencyRule rule = new(files.Where(path => path.StartsWith("src/TcpCapture/", StringComparison.Ordinal)));

        House.Holds(files.SelectMany(path => rule.Check(path, Repository.Read(path))));
    }

    [Theory]
    [InlineData("Model", "using TcpCapture.Capture;")]
    [InlineData("Capture", "using TcpCapture.Sockets;")]
    [InlineData("Sockets", "using static TcpCapture.States.Linux.SockDiag;")]
    [InlineData("States", "using Frames = TcpCapture.Capture.FrameDecoder;")]
    [InlineData("Recordings", "using TcpCapture.Correlation;")]
    [InlineData("Exchange", "class C { global::TcpCapture.Recordings.Recording? r; }")]
    [InlineData("Correlation", "class C { TcpCapture . Analysis.Finding? f; }")]
    [InlineData("Analysis", "class C : TcpCapture.Export.Ladder;")]
    [InlineData("Export", "class C : TcpCapture.Exchange.Scenario;")]
    [InlineData("Model", "class C { string s = $\"{TcpCapture.States.Linux.SockDiag.Name}\"; }")]
    [InlineData("Sockets", "class C { Capture.FrameDecoder? d; }")]
    [InlineData("Capture", "class C { States.Linux.SockDiag? d; }")]
    [InlineData("Model", "using SharpPcap;")]
    [InlineData("Recordings", "using PacketDotNet;")]
    [InlineData("Analysis", "using CsvHelper;")]
    [InlineData("Export", "using TcpCapture.Capture;\nclass C { FrameDecoder? d; }")]
    [InlineData("Model", "global using TcpCapture.Model;")]
    [InlineData("Model", "namespace TcpCapture.Capture;")]
    [InlineData("Plumbing", "class C;")]
    public void AViolationIsCaught(string folder, string source) =>
        Assert.NotEmpty(Rule.Check($"src/TcpCapture/{folder}/Sample.cs", source));

    [Theory]
    [InlineData("Capture", "using TcpCapture.Model;\nusing SharpPcap;\nusing PacketDotNet;")]
    [InlineData("Recordings", "using TcpCapture.Capture;")]
    [InlineData("Export", "using CsvHelper;\nusing TcpCapture.Capture;\nclass C { PcapWriter? w; }")]
    [InlineData("Model", "// like TcpCapture.Capture\n/* or SharpPcap */\nclass C;")]
    [InlineData("Model", "class C { string s = \"TcpCapture.Capture // SharpPcap\"; char q = '\"'; }")]
    [InlineData("Model", "class C { string s = @\"C:\\\"; string t = \"\"\"\n a \" using TcpCapture.Capture;\n \"\"\"; }")]
    [InlineData("Sockets", "class C { C? Capture; int Length; void M() => _ = Capture.Length; }")]
    [InlineData("Model", "namespace TcpCapture.Model;\nclass C { Segment? s; }")]
    public void WhatIsAllowedPasses(string folder, string source) =>
        Assert.Empty(Rule.Check($"src/TcpCapture/{folder}/Sample.cs", source));

    [Fact]
    public void CodeAfterALiteralIsStillRead() =>
        Assert.NotEmpty(Rule.Check(
            "src/TcpCapture/Model/Sample.cs",
            "class C { string s = \"/* not a comment\"; char q = '\\''; TcpCapture.Capture.FrameDecoder? d; }"));

    [Fact]
    public void TheNamespaceOfASubfolderIsItsPath()
    {
        Assert.Empty(Rule.Check("src/TcpCapture/States/Linux/SockDiag.cs", "namespace TcpCapture.States.Linux;"));
        Assert.NotEmpty(Rule.Check("src/TcpCapture/States/Linux/SockDiag.cs", "namespace TcpCapture.States;"));
    }

    [Fact]
    public void FilesAtTheRootOfTheLibraryMayUseEveryFolderButNoPackage()
    {
        Assert.Empty(Rule.Check("src/TcpCapture/CaptureSession.cs", "using TcpCapture.Capture;\nusing TcpCapture.States;"));
        Assert.NotEmpty(Rule.Check("src/TcpCapture/CaptureSession.cs", "using SharpPcap;"));
    }

    [Fact]
    public void TheCommandUsesNoPackageOfTheLibrary() =>
        Assert.NotEmpty(Rule.Check("src/TcpCapture.Cli/Program.cs", "using CsvHelper;"));

    [Fact]
    public void AViolationNamesFileLineAndRule()
    {
        Violation violation = Assert.Single(Rule.Check(
            "src/TcpCapture/Sockets/LoggedSocket.cs", "// TcpCapture.Capture\n\nusing TcpCapture.Capture;\n"));

        Assert.Equal("src/TcpCapture/Sockets/LoggedSocket.cs:3: Sockets may use only Model, not Capture", violation.ToString());
    }
}
