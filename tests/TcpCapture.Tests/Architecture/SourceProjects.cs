using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TcpCapture.Tests.Architecture;

/// <summary>The projects under src, compiled from their sources so that every name in them has a type.</summary>
internal static class SourceProjects
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("TcpCapture", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>One compilation a project, each with references to those before it.</summary>
    public static IReadOnlyList<CSharpCompilation> Compile(IEnumerable<(string Path, string Source)> files)
    {
        var sources = files.ToLookup(file => file.Path.Split('/')[1]);
        var core = Compile("TcpCapture", sources, OutputKind.DynamicallyLinkedLibrary);
        var live = Compile("TcpCapture.Live", sources, OutputKind.DynamicallyLinkedLibrary, core);
        var command = Compile("TcpCapture.Cli", sources, OutputKind.ConsoleApplication, core, live);
        return [core, live, command];
    }

    public static CSharpCompilation Add(CSharpCompilation project, string path, string source) =>
        project.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, Parsing, path));

    private static CSharpCompilation Compile(
        string project, ILookup<string, (string Path, string Source)> sources, OutputKind kind, params Compilation[] projects)
    {
        // TcpCapture.csproj opens its internals to TcpCapture.Live.
        const string Opened = "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"TcpCapture.Live\")]";
        var generated = ImplicitUsings + (project == "TcpCapture" ? Opened : "");
        return CSharpCompilation.Create(
            project,
            [
                CSharpSyntaxTree.ParseText(generated, Parsing),
                .. sources[project].Select(file => CSharpSyntaxTree.ParseText(file.Source, Parsing, file.Path)),
            ],
            [.. References, .. projects.Select(reference => reference.ToMetadataReference())],
            new CSharpCompilationOptions(kind, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }
}
