using System.Globalization;

namespace TcpCapture.Queries.Expectations;

/// <summary>How the connections of a rule are chosen.</summary>
internal enum ScopeKind : byte
{
    /// <summary>Each of them, and there must be one.</summary>
    Every,

    /// <summary>At least one.</summary>
    Some,

    /// <summary>The one with a given number.</summary>
    One,
}

/// <summary>Which connections a rule is about.</summary>
/// <param name="Kind">How they are chosen.</param>
/// <param name="Number">The connection's number, for <see cref="ScopeKind.One"/>; else 0.</param>
internal readonly record struct Scope(ScopeKind Kind, int Number = 0)
{
    public bool Covers(int connection) => Kind != ScopeKind.One || Number == connection;

    /// <summary>The begin of a rule; empty for every connection.</summary>
    public override string ToString() => Kind switch
    {
        ScopeKind.Some => "some connection: ",
        ScopeKind.One => string.Create(CultureInfo.InvariantCulture, $"connection {Number}: "),
        _ => "",
    };
}
