namespace TcpCapture.Tests.Architecture;

public class HouseRuleTests
{
    private static readonly HashSet<string> TestProjects =
        [.. Repository.Files("tests", ".csproj").Select(path => Path.GetFileNameWithoutExtension(path))];

    private const int MaxFilesInFolder = 25;
    private const int MaxDoorsOfProject = 9;
    private const int MaxLinesInFile = 320;
    private const int MaxCharactersInLine = 140;

    [Fact]
    public void NoFolderIsTooFull() =>
        House.Holds(HouseRules.FolderHasAtMost(MaxFilesInFolder, Sources()));

    [Fact]
    public void AProjectsRootHoldsOnlyItsDoors() =>
        House.Holds(HouseRules.FolderHasAtMost(MaxDoorsOfProject, Sources().Where(path => path.Split('/').Length == 3)));

    [Fact]
    public void NoFileIsTooLong() =>
        House.Holds(Sources().SelectMany(path => HouseRules.FileHasAtMost(MaxLinesInFile, path, Repository.Read(path))));

    [Fact]
    public void NoLineIsTooLong() =>
        House.Holds(Sources().SelectMany(path => HouseRules.LinesHaveAtMost(MaxCharactersInLine, path, Repository.Read(path))));

    [Fact]
    public void NothingIsCompiledConditionally() =>
        House.Holds(Sources().SelectMany(path => HouseRules.NoConditionalCompilation(path, Repository.Read(path))));

    [Fact]
    public void EveryFileIsNamedAfterWhatItDoes() =>
        House.Holds(Sources().Concat(Repository.Files("tests", ".cs")).SelectMany(HouseRules.NameSaysWhatItIs));

    [Fact]
    public void InternalsAreVisibleToTestsOnly()
    {
        House.Holds(Projects().SelectMany(path => HouseRules.InternalsOnlyForTests(path, Repository.Read(path), TestProjects)));
        House.Holds(Sources().SelectMany(path => HouseRules.NoInternalsVisibleToAttribute(path, Repository.Read(path))));
    }

    [Fact]
    public void ProjectsAddNoUsings() =>
        House.Holds(Projects().SelectMany(path => HouseRules.NoUsingItems(path, Repository.Read(path))));

    [Theory]
    [InlineData("#if LINUX\n#endif", 2)]
    [InlineData("class C;\n  # if DEBUG\n", 1)]
    [InlineData("/*\n#if LINUX\n*/\n#pragma warning disable\n#region R", 0)]
    public void ConditionalCompilationIsCaught(string source, int violations) =>
        Assert.Equal(violations, HouseRules.NoConditionalCompilation("src/A.cs", source).Count());

    [Fact]
    public void WhatIsTooLongIsCaught()
    {
        Assert.Equal(["src/A:1: 3 files in a folder, at most 2"], HouseRules.FolderHasAtMost(2, ["src/A/1.cs", "src/A/2.cs", "src/A/3.cs", "src/B/1.cs"]).Select(v => $"{v}"));
        Assert.Equal(["src/A.cs:3: 3 lines in a file, at most 2"], HouseRules.FileHasAtMost(2, "src/A.cs", "1\n2\n3\n").Select(v => $"{v}"));
        Assert.Empty(HouseRules.FileHasAtMost(3, "src/A.cs", "1\n2\n3\n"));
        Assert.Equal(["src/A.cs:2: 4 characters in a line, at most 3"], HouseRules.LinesHaveAtMost(3, "src/A.cs", "123\n1234\n12\r\n").Select(v => $"{v}"));
    }

    [Theory]
    [InlineData("src/TcpCapture/Utils.cs", true)]
    [InlineData("src/TcpCapture/Common/Segment.cs", true)]
    [InlineData("src/TcpCapture/ConnectionManager.cs", true)]
    [InlineData("src/TcpCapture/StringHelper.cs", true)]
    [InlineData("src/TcpCapture/UtilityBelt.cs", true)]
    [InlineData("src/TcpCapture/Commonality.cs", false)]
    [InlineData("src/TcpCapture/Utilization.cs", false)]
    [InlineData("src/TcpCapture/Model/Segment.cs", false)]
    public void AVagueNameIsCaught(string path, bool caught) =>
        Assert.Equal(caught, HouseRules.NameSaysWhatItIs(path).Any());

    [Fact]
    public void InternalsOpenedToTheCommandAreCaught()
    {
        const string project = """
            <Project>
              <ItemGroup>
                <InternalsVisibleTo Include="TcpCapture.Tests" />
                <InternalsVisibleTo Include="TcpCapture.Cli" />
              </ItemGroup>
            </Project>
            """;

        Violation violation = Assert.Single(HouseRules.InternalsOnlyForTests("a.csproj", project, TestProjects));
        Assert.Equal("a.csproj:4: internals may be visible to TcpCapture.Live and to projects under tests only, not to 'TcpCapture.Cli'", violation.ToString());
        Assert.NotEmpty(HouseRules.NoInternalsVisibleToAttribute("A.cs", "[assembly: InternalsVisibleTo(\"X\")]"));
    }

    [Fact]
    public void AUsingInAProjectIsCaught() =>
        Assert.NotEmpty(HouseRules.NoUsingItems("a.csproj", "<Project><ItemGroup><Using Include=\"SharpPcap\" /></ItemGroup></Project>"));

    private static IReadOnlyList<string> Sources() => Repository.Files("src", ".cs");

    private static IReadOnlyList<string> Projects() => Repository.Files("src", ".csproj");
}
