using TcpCapture.CaptureFiles;
using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Fuzz;

/// <summary>The readers of capture files of every format, and the decoding of their frames.</summary>
internal sealed class FileTarget : IFuzzTarget
{
    private readonly FrameBatch _large = new();

    public string Name => "file";

    public int Run(byte[] input)
    {
        var outcome = new HashCode();
        var atOnce = Read(input, _large, ref outcome);
        HashCode unused = default;
        var bitByBit = Read(input, new FrameBatch(3, 64), ref unused);

        // At damage, a decompressor loses the output of the current read, so the result depends on the size of the read.
        var mayDiffer = (atOnce + bitByBit).Contains("could not be read beyond", StringComparison.Ordinal);
        if (atOnce != bitByBit && !mayDiffer) throw new InvalidOperationException($"In large batches: {atOnce}; in small ones: {bitByBit}.");
        return outcome.ToHashCode();
    }

    /// <summary>Reads all frames and properties.</summary>
    private static string Read(byte[] input, FrameBatch batch, ref HashCode outcome)
    {
        try
        {
            using var file = CaptureFile.Open(new MemoryStream(input), "file");
            long frames = 0;
            var sum = new HashCode();
            while (file.Read(batch))
            {
                if (batch.Count == 0) throw new InvalidOperationException("A batch is empty before the end.");
                frames += batch.Count;
                for (var i = 0; i < batch.Count; i++) Take(batch[i], ref sum, ref outcome);
            }

            if (batch.Count != 0) throw new InvalidOperationException("A batch holds frames after the end.");
            if (file.Position > input.Length) throw new InvalidOperationException($"{file.Position} bytes of {input.Length} were read.");
            Check(file.Problem);
            outcome.Add(Kind(file.Problem));
            outcome.Add(long.Log2(frames + 1));
            return $"{frames} frames, {sum.ToHashCode()}, {file.Interfaces} interfaces, tick {file.Tick}, {file.Problem}";
        }
        catch (CaptureFileException error)
        {
            Check(error.Message);
            outcome.Add(Kind(error.Message));
            return error.Message;
        }
    }

    private static void Take(in Frame frame, ref HashCode sum, ref HashCode outcome)
    {
        if (frame.OriginalLength < 0) throw new InvalidOperationException("A frame's original length is negative.");
        sum.Add(frame.Time);
        sum.Add(frame.LinkType);
        sum.Add(frame.OriginalLength);
        sum.AddBytes(frame.Bytes);
        outcome.Add(SegmentDecoder.Decode(frame, out _));
    }

    private static void Check(string? line)
    {
        if (line is not null && line.AsSpan().ContainsAnyInRange('\0', '\x1F'))
            throw new InvalidOperationException($"What people read holds control characters: {line}");
    }

    /// <summary>A line without its numbers.</summary>
    private static int Kind(string? line)
    {
        var kind = new HashCode();
        foreach (var letter in line ?? "")
        {
            if (!char.IsAsciiHexDigit(letter)) kind.Add(letter);
        }

        return kind.ToHashCode();
    }
}
