using TcpCapture.CaptureFiles;
using TcpCapture.CaptureFiles.PcapNg;

namespace TcpCapture.Fuzz;

/// <summary>Reads pcapng with options and entries, as recordings are read.</summary>
internal sealed class BlockTarget : IFuzzTarget
{
    public string Name => "blocks";

    public int Run(byte[] input)
    {
        var outcome = new HashCode();
        var reader = new PcapNgReader(new MemoryStream(input), 64);
        try
        {
            while (reader.Next(out var block))
            {
                outcome.Add(block.Type);
                var options = block.Options;
                while (options.Next(out var code, out var value)) outcome.Add(code);
                if (block.IsPacket && block.Frame.Bytes.Length > input.Length)
                    throw new InvalidOperationException("A frame is longer than the file.");
            }

            outcome.Add(reader.CutOffAt is null);
        }
        catch (DamagedFileException error)
        {
            if (error.Offset > input.Length) throw;
            outcome.Add(error.Why.Length);
        }

        return outcome.ToHashCode();
    }
}
