using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TcpCapture.Tests.Architecture;

/// <summary>The rules of the house that need one file and nothing around it.</summary>
internal static partial class HouseRules
{
    /// <summary>Platforms are told apart at run time, behind one interface, so that every line is compiled everywhere.</summary>
    public static IEnumerable<Violation> NoConditionalCompilation(string path, string source)
    {
        string code = CSharpText.WithoutCommentsAndLiterals(source);
        return from Match match in Conditional().Matches(code)
               select new Violation(path, CSharpText.LineOf(code, match.Index), "no #if: choose at run time, behind an interface");
    }

    public static IEnumerable<Violation> FolderHasAtMost(int files, IEnumerable<string> paths) =>
        from folder in paths.GroupBy(path => path[..path.LastIndexOf('/')])
        where folder.Count() > files
        select new Violation(folder.Key, 1, $"{folder.Count()} files in a folder, at most {files}");

    public static IEnumerable<Violation> FileHasAtMost(int lines, string path, string source) =>
        source.TrimEnd().Count(c => c == '\n') + 1 is var count && count > lines
            ? [new Violation(path, lines + 1, $"{count} lines in a file, at most {lines}")]
            : [];

    public static IEnumerable<Violation> LinesHaveAtMost(int characters, string path, string source) =>
        from line in source.ReplaceLineEndings("\n").Split('\n').Index()
        where line.Item.Length > characters
        select new Violation(path, line.Index + 1, $"{line.Item.Length} characters in a line, at most {characters}");

    /// <summary>A name that says nothing gathers everything.</summary>
    public static IEnumerable<Violation> NameSaysWhatItIs(string path) =>
        from Match match in Vague().Matches(path)
        select new Violation(path, 1, $"no file or folder is named {match.Value}: name it after what it does");

    /// <summary>The command uses the public API like anyone else. Only tests and TcpCapture.Live see internals.</summary>
    public static IEnumerable<Violation> InternalsOnlyForTests(string path, string project, IReadOnlySet<string> testProjects)
    {
        XDocument document = XDocument.Parse(project, LoadOptions.SetLineInfo);
        return from element in document.Descendants("InternalsVisibleTo")
               let name = element.Attribute("Include")?.Value ?? ""
               where !testProjects.Contains(name) && name != "TcpCapture.Live"
               select new Violation(path, LineOf(element), $"internals may be visible to TcpCapture.Live and to projects under tests only, not to '{name}'");
    }

    /// <summary>A using in a project file would be out of the dependency rule's sight.</summary>
    public static IEnumerable<Violation> NoUsingItems(string path, string project) =>
        from element in XDocument.Parse(project, LoadOptions.SetLineInfo).Descendants("Using")
        select new Violation(path, LineOf(element), "no Using items in src: a global using hides who depends on what");

    public static IEnumerable<Violation> NoInternalsVisibleToAttribute(string path, string source)
    {
        string code = CSharpText.WithoutCommentsAndLiterals(source);
        return from Match match in Visible().Matches(code)
               select new Violation(path, CSharpText.LineOf(code, match.Index), "InternalsVisibleTo belongs in the project file");
    }

    private static int LineOf(System.Xml.IXmlLineInfo element) => element.LineNumber;

    [GeneratedRegex(@"^[ \t]*#[ \t]*(?:if|elif|else|endif)\b", RegexOptions.Multiline)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"(?:Util(?:s|ity|ities)?|Helpers?|Common|Managers?)(?=[A-Z0-9_./]|$)")]
    private static partial Regex Vague();

    [GeneratedRegex(@"\bInternalsVisibleTo(?:Attribute)?\b")]
    private static partial Regex Visible();
}
