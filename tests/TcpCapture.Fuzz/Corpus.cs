using System.Security.Cryptography;
using TcpCapture.CaptureFiles;

namespace TcpCapture.Fuzz;

/// <summary>
/// The inputs to begin with, a file each: those of a target other than "file" are called after it, as <c>frame-3f2a</c> is.
/// The frames of captures are inputs too.
/// </summary>
internal static class Corpus
{
    /// <summary>Longer files of other folders are left out: mutations would hardly meet what matters in them.</summary>
    private const long MaxFileLength = 16 * 1024;

    /// <summary>Reads what is in some folders.</summary>
    public static Dictionary<string, List<byte[]>> Load(IEnumerable<string> folders, IEnumerable<IFuzzTarget> targets)
    {
        var inputs = targets.ToDictionary(target => target.Name, _ => new List<byte[]>());
        foreach (var path in folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order()))
        {
            if (new FileInfo(path).Length > MaxFileLength) continue;
            var bytes = File.ReadAllBytes(path);
            if (inputs.TryGetValue(Path.GetFileName(path).Split('-')[0], out var own)) own.Add(bytes);
            else inputs["file"].Add(bytes);
        }

        inputs["blocks"].AddRange(inputs["file"]);
        foreach (var file in inputs["file"]) AddFrames(file, inputs["frame"], inputs["options"]);
        return inputs;
    }

    /// <summary>Keeps an input that broke a target, and returns where.</summary>
    public static string Keep(string folder, string target, ReadOnlySpan<byte> input)
    {
        var path = Path.Combine(folder, $"{target}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(path, input);
        return path;
    }

    private static void AddFrames(byte[] bytes, List<byte[]> frames, List<byte[]> options)
    {
        try
        {
            using var file = CaptureFile.Open(new MemoryStream(bytes), "file");
            var batch = new FrameBatch();
            while (file.Read(batch))
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    frames.Add(FrameTarget.Input(batch[i]));
                    if (batch[i].Bytes.Length > 54) options.Add(batch[i].Bytes[54..].ToArray()); // behind Ethernet, IPv4 and TCP
                }
            }
        }
        catch (CaptureFileException)
        {
            // An input that is no capture is a good one all the same, but it has no frames.
            return;
        }
    }
}
