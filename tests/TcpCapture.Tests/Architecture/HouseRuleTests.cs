namespace TcpCapture.Tests.Architecture;

public class HouseRuleTests
{
    private static readonly HashSet<string> TestProjects =
        [.. Repository.Files("tests", ".csproj").Select(path => Path.GetFileNameWithoutExtension(path))];

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
