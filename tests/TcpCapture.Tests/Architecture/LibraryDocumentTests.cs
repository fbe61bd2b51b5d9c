using System.Reflection;
using System.Text.RegularExpressions;

namespace TcpCapture.Tests.Architecture;

/// <summary>docs/library.md names only members that exist.</summary>
public sealed partial class LibraryDocumentTests
{
    [Theory]
    [InlineData("| of the timeline | |", typeof(Timeline), 10)]
    [InlineData("| of a connection | |", typeof(Connection), 6)]
    public void TheTablesNameMembersThatExist(string heading, Type type, int minNames)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "library.md"));
        var rows = lines.SkipWhile(line => line != heading).Skip(2).TakeWhile(line => line.StartsWith('|')).ToArray();
        var names = rows.SelectMany(row => Name().Matches(row.Split('|')[1])).Select(match => match.Groups[1].Value).ToArray();
        Assert.True(names.Length >= minNames, $"{names.Length} names after {heading}");
        var flags = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;
        var extensions = typeof(Timeline).Assembly.GetExportedTypes().Where(other => other.IsAbstract && other.IsSealed)
            .SelectMany(other => other.GetMethods(flags)).Select(method => method.Name).ToHashSet();
        Assert.All(names, name => Assert.True(type.GetMember(name, flags).Length > 0 || extensions.Contains(name), name));
    }

    [GeneratedRegex("`([A-Za-z]+)")]
    private static partial Regex Name();
}
