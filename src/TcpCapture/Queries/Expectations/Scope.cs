using System.Globalization;

namespace TcpCapture.Queries.Expectations;

internal enum ScopeKind : byte
{
    Every, // and there must be one
    Some,
    One, // by its number
}

/// <summary>The connections a rule is about; Number is the connection's for <see cref="ScopeKind.One"/>, else 0.</summary>
internal readonly record struct Scope(ScopeKind Kind, int Number = 0)
{
    public bool Covers(int connection) => Kind != ScopeKind.One || Number == connection;

    /// <summary>The start of a rule; empty for every connection.</summary>
    public override string ToString() => Kind switch
    {
        ScopeKind.Some => "some connection: ",
        ScopeKind.One => string.Create(CultureInfo.InvariantCulture, $"connection {Number}: "),
        _ => "",
    };
}
