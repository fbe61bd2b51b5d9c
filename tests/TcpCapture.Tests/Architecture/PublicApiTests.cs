using System.Reflection;
using TcpCapture.Recordings;

namespace TcpCapture.Tests.Architecture;

/// <summary>
/// What the library shows its users, held as text beside this file, so that a change of it is seen and meant. To accept one:
/// <c>TCPCAPTURE_ACCEPT=1</c>, then review the difference.
/// </summary>
public class PublicApiTests
{
    private static readonly string Snapshot = Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Architecture", "PublicApi.txt");

    [Fact]
    public void ThePublicApiIsTheOneThatWasMeant()
    {
        var api = string.Concat(typeof(Recording).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(Describe).Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("TCPCAPTURE_ACCEPT") == "1") File.WriteAllText(Snapshot, api);

        Assert.Equal(File.ReadAllText(Snapshot).ReplaceLineEndings("\n"), api);
    }

    private static IEnumerable<string> Describe(Type type)
    {
        var kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : "class";
        yield return $"{kind} {type.FullName}";
        const BindingFlags Visible = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var members = type.GetMembers(Visible).Where(IsVisible).Select(member => $"  {member.MemberType.ToString().ToLowerInvariant()} {Text(member)}");
        foreach (var member in members.Order(StringComparer.Ordinal)) yield return member;
    }

    private static string Text(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } field => $"{field} = {field.GetRawConstantValue()}",
        PropertyInfo property => $"{property} {{ {(IsSeen(property.GetMethod) ? "get; " : "")}{(IsSeen(property.SetMethod) ? "set; " : "")}}}",
        _ => member.ToString()!,
    };

    /// <summary>Accessors are told by their property; what the compiler makes for a record is told by its being one.</summary>
    private static bool IsVisible(MemberInfo member) => !member.Name.Contains('<') && member switch
    {
        MethodInfo method => IsSeen(method) && !method.IsSpecialName && method.Name is not ("Equals" or "GetHashCode" or "Deconstruct"),
        ConstructorInfo constructor => IsSeen(constructor),
        PropertyInfo property => property.Name != "EqualityContract" && property.GetAccessors(true).Any(IsSeen),
        FieldInfo field => (field.IsPublic || field.IsFamily) && field.Name != "value__",
        EventInfo @event => IsSeen(@event.AddMethod),
        _ => false,
    };

    private static bool IsSeen(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true };
}
