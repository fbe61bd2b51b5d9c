using System.Globalization;

namespace TcpCapture.Tests.Export;

/// <summary>A segment as tshark prints its fields.</summary>
internal sealed record TsharkSegment(
    int Frame, decimal Time, string From, string To, int Flags, uint Seq, uint AckNumber, int Length, bool IsRetransmission)
{
    /// <summary>The fields in the order <see cref="TsharkStream.Read"/> asks for them.</summary>
    public static TsharkSegment Of(string[] f) => new(
        int.Parse(f[0], CultureInfo.InvariantCulture), decimal.Parse(f[1], CultureInfo.InvariantCulture), End(f[3], f[4], f[5]), End(f[6], f[7], f[8]),
        Convert.ToInt32(f[9], 16), uint.Parse(f[10], CultureInfo.InvariantCulture),
        f[11].Length == 0 ? 0 : uint.Parse(f[11], CultureInfo.InvariantCulture), int.Parse(f[12], CultureInfo.InvariantCulture), f[13].Length > 0);

    private static string End(string ipv4, string ipv6, string port) => ipv4.Length > 0 ? $"{ipv4}:{port}" : $"[{ipv6}]:{port}";
}
