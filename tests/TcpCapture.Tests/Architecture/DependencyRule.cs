using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TcpCapture.Tests.Architecture;

/// <summary>Which room (a folder of a project under src) may use the types of which rooms, packages and native code.</summary>
/// <remarks>
/// The sources are compiled with Roslyn, and each name in them is resolved to a type. A namespace could not decide: public
/// types share three of them, so a type's room is the folder of the file that declares it. IL could not decide either: it
/// no longer holds constants, enum members and <c>nameof</c>.
/// </remarks>
internal static class DependencyRule
{
    private const string Command = "TcpCapture.Cli";

    /// <summary>Every room may throw.</summary>
    private const string Errors = "src/TcpCapture/TcpCaptureException.cs";

    /// <summary>A project's root may use every room. The command may use every public type.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Model"] = [],
        ["Decoding"] = ["Model"],
        ["PeerTools"] = ["Model"],
        ["CaptureFiles"] = ["Model", "Decoding"],
        ["Recordings"] = ["Model", "Decoding", "CaptureFiles"],
        ["Correlation"] = ["Model", "PeerTools"],
        ["Diagnosis"] = ["Model", "Correlation"],
        ["Findings"] = ["Model", "PeerTools", "Correlation", "Diagnosis"],
        ["Queries"] = ["Model", "Correlation", "Diagnosis", "Findings"],
        ["Export"] = ["Model", "PeerTools", "Recordings", "Correlation", "Diagnosis", "Findings", "Queries", "CaptureFiles/Pcap"],
        ["Pipeline"] = ["Model", "Decoding", "PeerTools", "CaptureFiles", "Recordings", "Correlation", "Diagnosis", "Findings"],

        ["Platform"] = [],
        ["Sockets"] = ["Model", "Platform"],
        ["Scenarios"] = ["Model", "Sockets", "Platform"],
        ["Capture"] = ["Model", "Decoding", "Platform"],
        ["States"] = ["Model", "Platform"],
        ["Calls"] = ["Model", "States", "Platform"],
        ["Programs"] = ["Model", "Decoding", "Recordings", "States", "Platform", "TcpCapture", "Export/Output"],
        ["Observation"] = ["Model", "Decoding", "Platform", "Recordings", "Capture", "States", "Programs", "Scenarios", "Sockets", "Parts", "TcpCapture", "Export/Output"],
        ["Parts"] = ["Model", "Recordings", "Correlation", "Findings", "Queries", "Capture", "States", "Platform", "TcpCapture", "Export/Output"],
    };

    /// <summary>Uses against the flow of the data, which are to go.</summary>
    private static readonly Dictionary<string, string[]> StillUses = new()
    {
        ["Correlation"] = ["Diagnosis"],
        ["Observation"] = ["TcpCapture.Live"],
        ["Parts"] = ["TcpCapture.Live"],
    };

    /// <summary>SharpPcap names a device's link type by an enum of PacketDotNet.</summary>
    private static readonly Dictionary<string, string[]> HomesOfPackage = new()
    {
        ["PacketDotNet"] = ["Decoding", "Capture"],
        ["ZstdSharp"] = ["CaptureFiles"],
        ["CsvHelper"] = ["Export/Csv"],
        ["SharpPcap"] = ["Capture", "Observation"],
        ["System.CommandLine"] = [Command],
    };

    /// <summary>Platform declares native functions; Capture finds libpcap's at run time.</summary>
    private static readonly string[] HomesOfNativeCode = ["Platform", "Capture", Command + "/Terminal"];

    public static IEnumerable<Violation> Check(IReadOnlyList<CSharpCompilation> projects) =>
        projects.SelectMany(project => project.SyntaxTrees.Where(tree => tree.FilePath != "").SelectMany(tree => Check(project, tree))).Distinct();

    private static IEnumerable<Violation> Check(CSharpCompilation project, SyntaxTree tree)
    {
        var model = project.GetSemanticModel(tree);
        var folder = FolderOf(tree);
        if (RoomOf(folder) is { } room && !IsProject(room) && !MayUse.ContainsKey(room))
        {
            yield return new Violation(tree.FilePath, 1, $"folder {room} has no place in the dependency rule: give it one in DependencyRule.cs");
            yield break;
        }

        foreach (var node in tree.GetRoot().DescendantNodes())
        {
            var broken = node switch
            {
                UsingDirectiveSyntax { GlobalKeyword.RawKind: not 0 } =>
                    "a global using hides which room depends on which: write the using where it is needed",
                BaseTypeDeclarationSyntax declaration => CheckNamespace(folder, model.GetDeclaredSymbol(declaration)!),
                MethodDeclarationSyntax method when IsNative(method) && !IsIn(folder, HomesOfNativeCode) =>
                    "native functions are declared in src/TcpCapture.Live/Platform only",
                SimpleNameSyntax or BaseObjectCreationExpressionSyntax => UsedType(model, node) is { } used ? CheckUse(folder, used) : null,
                _ => null,
            };
            if (broken is not null) yield return new Violation(tree.FilePath, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, broken);
        }
    }

    private static string? CheckUse(string folder, INamedTypeSymbol used)
    {
        if (used.DeclaringSyntaxReferences is not [var declaration, ..])
        {
            return used.ContainingAssembly?.Name is { } package && HomesOfPackage.TryGetValue(package, out var homes) && !IsIn(folder, homes)
                ? $"{package} may be used only in {string.Join(" and ", homes)}, not in {folder}"
                : null;
        }

        if (declaration.SyntaxTree.FilePath == Errors && folder != Command) return null;
        var target = FolderOf(declaration.SyntaxTree);
        var room = RoomOf(folder);
        if (room == RoomOf(target)) return null;
        if (room == Command) return IsPublic(used) ? null : $"the command may use public types only, not {used.Name}";
        if (IsProject(room)) return null;
        return IsIn(target, MayUse[room]) || IsIn(target, StillUses.GetValueOrDefault(room, []))
            ? null
            : $"{room} may use {(MayUse[room] is [] ? "no other room" : "only " + string.Join(", ", MayUse[room]))}, not {used.Name} of {target}";
    }

    /// <summary>
    /// The namespace of an internal type is its folder's, or that of a public type in the same file.
    /// Public types share two namespaces, or one of TcpCapture.Live.
    /// </summary>
    private static string? CheckNamespace(string folder, INamedTypeSymbol type)
    {
        if (type.ContainingType is not null) return null;
        var project = type.ContainingAssembly.Name;
        var own = (IsProject(folder) ? folder : $"{project}/{folder}").Replace('/', '.');
        string[] expected = project == Command || (!IsPublic(type) && !SharesFileWithPublicType(type)) ? [own] : project == "TcpCapture" ? ["TcpCapture", "TcpCapture.Model", own] : [project, own];
        var actual = type.ContainingNamespace.ToDisplayString();
        return expected.Contains(actual) ? null : $"the namespace of {type.Name} must be {string.Join(" or ", expected)}, not {actual}";
    }

    private static bool SharesFileWithPublicType(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences[0].SyntaxTree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Any(other => other.Parent is BaseNamespaceDeclarationSyntax && other.Modifiers.Any(m => m.Text == "public"));

    private static INamedTypeSymbol? UsedType(SemanticModel model, SyntaxNode node)
    {
        var found = model.GetSymbolInfo(node);
        // A name that the compiler finds but may not use, such as an internal type in the command, is a candidate only.
        return (found.Symbol ?? found.CandidateSymbols.FirstOrDefault()) switch
        {
            INamedTypeSymbol type => type,
            INamespaceSymbol or ITypeSymbol or null => null,
            var member => member.ContainingType,
        };
    }

    private static bool IsNative(MethodDeclarationSyntax method) =>
        method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "DllImport" or "LibraryImport");

    private static bool IsPublic(INamedTypeSymbol? type) =>
        type is null || (type.DeclaredAccessibility == Accessibility.Public && IsPublic(type.ContainingType));

    /// <summary>"src/TcpCapture/Export/Csv/A.cs" is in "Export/Csv"; a file at a project's root is in the project; the command is one room.</summary>
    private static string FolderOf(SyntaxTree tree)
    {
        var parts = tree.FilePath.Split('/')[1..^1];
        return string.Join('/', parts is [Command, ..] or [_] ? parts : parts[1..]);
    }

    private static string RoomOf(string folder) => folder.Split('/')[0];

    private static bool IsProject(string room) => room.StartsWith("TcpCapture", StringComparison.Ordinal);

    private static bool IsIn(string folder, params string[] homes) =>
        homes.Any(home => folder == home || folder.StartsWith(home + "/", StringComparison.Ordinal));
}
