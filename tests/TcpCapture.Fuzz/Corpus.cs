using System.Security.Cryptography;
using TcpCapture.CaptureFiles;

namespace TcpCapture.Fuzz;

/// <summary>The initial inputs, one file each. The name of an input for another target than "file" starts with the target:</summary>
// <c>frame-3f2a</c>. The frames of captures are inputs too.
internal static class Corpus
{
    /// <summary>Longer files of other folders are skipped: mutations would rarely hit their important bytes.</summary>
    private const long MaxFileLength = 16 * 1024;

    /// <summary>Reads the files of folders.</summary>
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

    /// <summary>Saves an input that broke a target, and returns its path.</summary>
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
            // An input that is no capture is useful too, but has no frames.
            return;
        }
    }
}
