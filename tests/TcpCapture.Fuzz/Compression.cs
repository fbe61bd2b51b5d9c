using System.IO.Compression;
using ZstdSharp;

namespace TcpCapture.Fuzz;

/// <summary>Compresses mutated captures: mutations of compressed bytes rarely decompress.</summary>
internal static class Compression
{
    public static byte[] Gzip(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var stream = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) stream.Write(bytes);
        return compressed.ToArray();
    }

    public static byte[] Zstandard(byte[] bytes)
    {
        using var compressor = new Compressor(1);
        return compressor.Wrap(bytes).ToArray();
    }
}
