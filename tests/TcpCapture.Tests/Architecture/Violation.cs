namespace TcpCapture.Tests.Architecture;

/// <summary>One place where the sources break a rule of the house; lines count from 1.</summary>
internal sealed record Violation(string File, int Line, string Rule)
{
    public override string ToString() => $"{File}:{Line}: {Rule}";
}
