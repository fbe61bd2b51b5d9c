using System.Reflection;
using PublicApiGenerator;

namespace TcpCapture.Tests.Architecture;

/// <summary>Compares a library's public API with the text in PublicApi.txt, so that every change of it is seen and meant.</summary>
internal static class PublicApi
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    /// <summary><c>TCPCAPTURE_ACCEPT=1</c> writes the file anew. Review the difference before you commit it.</summary>
    public static void Is(string path, Assembly library)
    {
        var api = library.GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("TCPCAPTURE_ACCEPT") == "1") File.WriteAllText(file, api);

        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), api);
    }

    public static void HasAtMost(int types, Assembly library)
    {
        var all = library.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.FullName).ToArray();
        Assert.True(all.Length <= types, $"{all.Length} public types, at most {types}:\n{string.Join('\n', all)}");
    }
}
