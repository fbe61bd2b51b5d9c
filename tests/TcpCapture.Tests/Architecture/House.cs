namespace TcpCapture.Tests.Architecture;

/// <summary>Fails with every place that breaks a rule, not only the first.</summary>
internal static class House
{
    public static void Holds(IEnumerable<Violation> violations)
    {
        string list = string.Join('\n', violations);
        Assert.True(list.Length == 0, list);
    }
}
