using System.Text.RegularExpressions;

namespace TcpCapture.Tests.Architecture;

/// <summary>The libraries name no option of the command: the command translates each remedy.</summary>
public partial class LibraryWordsTests
{
    [Fact]
    public void NoTextOfTheLibrariesNamesAnOptionOrACommand() => House.Holds(
        from path in Repository.Files("src", ".cs")
        where !path.StartsWith("src/TcpCapture.Cli/", StringComparison.Ordinal)
        from violation in OptionsIn(path, Repository.Read(path))
        select violation);

    [Fact]
    public void TheCommandHasWordsForEveryRemedy()
    {
        var words = Repository.Read("src/TcpCapture.Cli/Terminal/Failures.cs");
        Assert.All(Enum.GetNames<Remedy>(), name => Assert.Contains($"Remedy.{name} =>", words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("throw new E(\"name another folder with --output.\");", true)]
    [InlineData("var text = $\"{path}: 'tcpcapture show' reads it\";", true)]
    [InlineData("+ \"or run tcpcapture doctor\"", true)]
    [InlineData("count--; // see --output", false)]
    [InlineData("\"zstd -d --long=31\"", false)]
    public void AnOptionIsCaught(string line, bool caught) => Assert.Equal(caught, OptionsIn("A.cs", line).Any());

    private static IEnumerable<Violation> OptionsIn(string path, string source)
    {
        var lines = source.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimStart();
            if (line.StartsWith("//", StringComparison.Ordinal)) continue;
            if (Option().IsMatch(line.Replace("zstd -d --long", ""))) yield return new Violation(path, i + 1, "no option or command in a text of the library: " + line);
        }
    }

    [GeneratedRegex("""
        "[^"]*(--[a-z]|\btcpcapture\x20(show|doctor|interfaces|run|exec|record|analyze|merge)\b)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Option();
}
