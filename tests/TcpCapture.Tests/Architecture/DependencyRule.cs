using System.Text.RegularExpressions;

namespace TcpCapture.Tests.Architecture;

/// <summary>DESIGN.md's dependency rule for src: which folder may name which namespace and which package.</summary>
/// <remarks>
/// It reads text, so that a failure names a file and a line. A sibling namespace can be reached in three ways, and all
/// are caught: a using (also static, aliased or global), a name starting with TcpCapture, and the short form
/// <c>Capture.FrameDecoder</c> that C# allows inside any namespace TcpCapture.X. The last looks like a property access,
/// so it counts only when what follows the dot is declared there; one type a file makes the file names that list.
/// </remarks>
internal sealed partial class DependencyRule
{
    private const string Library = "src/TcpCapture/";

    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Model"] = [],
        ["Capture"] = ["Model"],
        ["Sockets"] = ["Model"],
        ["States"] = ["Model"],
        ["Calls"] = ["Model", "States"],
        ["Programs"] = ["Model", "Capture", "States"],
        ["Recordings"] = ["Model", "Capture"],
        ["Exchange"] = ["Model", "Sockets"],
        ["Tracking"] = ["Model"],
        ["Captures"] = ["Model", "Capture", "Tracking", "Correlation"],
        ["Correlation"] = ["Model", "Recordings", "Tracking"],
        ["Analysis"] = ["Model", "Correlation", "Tracking"],
        ["Expectations"] = ["Model", "Correlation", "Analysis"],
        ["Filters"] = ["Model", "Correlation", "Analysis"],
        ["Merging"] = ["Model", "Capture", "Recordings"],
        ["Export"] = ["Model", "Tracking", "Correlation", "Analysis", "Expectations", "Filters", "Recordings", "Capture"],
    };

    private static readonly Dictionary<string, string> HomeOfPackage = new()
    {
        ["SharpPcap"] = "Capture",
        ["PacketDotNet"] = "Capture",
        ["CsvHelper"] = "Export",
        ["ZstdSharp"] = "Capture",
    };

    private readonly ILookup<string, string> namesIn;

    /// <param name="libraryFiles">The paths of all sources of the library, "src/TcpCapture/Capture/FrameDecoder.cs".</param>
    public DependencyRule(IEnumerable<string> libraryFiles) =>
        namesIn = libraryFiles
            .Select(path => path[Library.Length..].Split('/'))
            .Where(parts => parts.Length > 1)
            .ToLookup(parts => parts[0], parts => parts[1].Split('.')[0]);

    public IEnumerable<Violation> Check(string path, string source)
    {
        string code = CSharpText.WithoutCommentsAndLiterals(source);
        IEnumerable<Violation> found = CheckPackages(path, code);
        return path.StartsWith(Library, StringComparison.Ordinal)
            ? found.Concat(CheckGlobalUsings(path, code)).Concat(CheckFolders(path, code))
            : found;
    }

    private static string? FolderOf(string path)
    {
        string[] parts = path.StartsWith(Library, StringComparison.Ordinal) ? path[Library.Length..].Split('/') : [];
        return parts.Length > 1 ? parts[0] : null;
    }

    private static IEnumerable<Violation> CheckPackages(string path, string code) =>
        from Match match in Package().Matches(code)
        let home = HomeOfPackage[match.Value]
        where FolderOf(path) != home
        select At(path, code, match, $"{match.Value} may be used only in {Library}{home}");

    private static IEnumerable<Violation> CheckGlobalUsings(string path, string code) =>
        from Match match in GlobalUsing().Matches(code)
        select At(path, code, match, "a global using hides which folder depends on which: write the using where it is needed");

    private IEnumerable<Violation> CheckFolders(string path, string code)
    {
        if (FolderOf(path) is not { } folder)
        {
            return [];
        }

        if (!MayUse.TryGetValue(folder, out string[]? allowed))
        {
            return [new Violation(path, 1, $"folder {folder} has no place in the dependency rule: give it one in DependencyRule.cs")];
        }

        IEnumerable<Violation> found = CheckNamespace(path, code).Concat(
            from mention in Mentions(code)
            where mention.Folder != folder && !allowed.Contains(mention.Folder)
            select At(path, code, mention.Match, Describe(folder, allowed, mention.Folder)));
        return folder == "Export" ? found.Concat(CheckExportTakesOnlyTheWriter(path, code)) : found;
    }

    // A file that declares another folder's namespace would see that namespace without naming it.
    private static IEnumerable<Violation> CheckNamespace(string path, string code)
    {
        string expected = path["src/".Length..path.LastIndexOf('/')].Replace('/', '.');
        return from Match match in Namespace().Matches(code)
               where match.Groups["name"].Value != expected
               select At(path, code, match, $"the namespace must be the folder's: {expected}");
    }

    private IEnumerable<Violation> CheckExportTakesOnlyTheWriter(string path, string code) =>
        from Match match in Identifier().Matches(code)
        where namesIn["Capture"].Contains(match.Value) && !PcapWriter().IsMatch(match.Value)
        select At(path, code, match, $"Export may use only Capture's pcap writer, not {match.Value}");

    private IEnumerable<(string Folder, Match Match)> Mentions(string code)
    {
        IEnumerable<(string, Match)> qualified =
            from Match match in Qualified().Matches(code)
            where MayUse.ContainsKey(match.Groups["folder"].Value)
            select (match.Groups["folder"].Value, match);
        IEnumerable<(string, Match)> shortForm =
            from Match match in Short().Matches(code)
            let folder = match.Groups["folder"].Value
            where MayUse.ContainsKey(folder) && namesIn[folder].Contains(match.Groups["name"].Value)
            select (folder, match);
        return qualified.Concat(shortForm);
    }

    private static string Describe(string folder, string[] allowed, string used) =>
        $"{folder} may use {(allowed is [] ? "no other folder" : "only " + string.Join(", ", allowed))}, not {used}";

    private static Violation At(string path, string code, Match match, string rule) =>
        new(path, CSharpText.LineOf(code, match.Index), rule);

    [GeneratedRegex(@"(?<![\w.])(?:SharpPcap|PacketDotNet|CsvHelper|ZstdSharp)\b")]
    private static partial Regex Package();

    [GeneratedRegex(@"\bglobal\s+using\b")]
    private static partial Regex GlobalUsing();

    [GeneratedRegex(@"^[ \t]*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?<![\w.])TcpCapture\s*\.\s*(?<folder>\w+)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"(?<![\w.])(?<folder>[A-Z]\w*)\s*\.\s*(?<name>\w+)")]
    private static partial Regex Short();

    [GeneratedRegex(@"\b[A-Z]\w*\b")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"^Pcap\w*Writer")]
    private static partial Regex PcapWriter();
}
