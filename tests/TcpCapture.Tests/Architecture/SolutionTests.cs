using System.Text.RegularExpressions;

namespace TcpCapture.Tests.Architecture;

public partial class SolutionTests
{
    [Fact]
    public void IsARealSln()
    {
        Assert.StartsWith(
            "Microsoft Visual Studio Solution File, Format Version 12.00",
            Repository.Read("TcpCapture.sln").TrimStart('\uFEFF', '\r', '\n'),
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Repository.Root, "*.slnx"));
    }

    [Fact]
    public void HoldsEveryProject()
    {
        string[] listed = [.. ProjectsIn(Repository.Read("TcpCapture.sln"))];

        // tests/packages use the packages, so they are built apart, by tests/run.
        var inTests = Repository.Files("tests", ".csproj").Where(path => !path.StartsWith("tests/packages/", StringComparison.Ordinal));
        Assert.Empty(Repository.Files("src", ".csproj").Concat(inTests).Except(listed));
        Assert.All(listed, path => Assert.True(File.Exists(Path.Combine(Repository.Root, path)), $"{path} is in the solution only"));
    }

    [Fact]
    public void SolutionFoldersAreNotProjects() =>
        Assert.Equal(
            ["src/A/A.csproj"],
            ProjectsIn("""
                Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "src", "src", "{827E0CD3-B72D-47B6-A68D-7590B98EB39B}"
                Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "A", "src\A\A.csproj", "{F114E0E6-C93F-4EA2-AECB-D51356E65FD6}"
                """));

    private static IEnumerable<string> ProjectsIn(string solution) =>
        from Match match in Project().Matches(solution)
        select match.Groups["path"].Value.Replace('\\', '/');

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+\.csproj)",""", RegexOptions.Multiline)]
    private static partial Regex Project();
}
