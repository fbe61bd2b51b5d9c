namespace TcpCapture.Model;

/// <summary>What identifies a TCP connection: two addresses and two ports, seen from one end.</summary>
/// <param name="Local">The end it is seen from; the source of a segment.</param>
/// <param name="Remote">The other end; the destination of a segment.</param>
public readonly record struct FourTuple(Endpoint Local, Endpoint Remote)
{
    /// <summary>The same connection seen from the other end.</summary>
    public FourTuple Reverse() => new(Remote, Local);

    /// <summary>The same for both ends: seen from the end whose address is lower.</summary>
    internal FourTuple Normalized => Local.CompareTo(Remote) <= 0 ? this : Reverse();

    /// <summary><c>127.0.0.1:4711 → 127.0.0.1:80</c>.</summary>
    public override string ToString() => $"{Local} → {Remote}";
}
