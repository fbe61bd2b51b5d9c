using TcpCapture.Decoding;

namespace TcpCapture.Fuzz;

/// <summary>Reads the options of a TCP header.</summary>
internal sealed class OptionsTarget : IFuzzTarget
{
    public string Name => "options";

    public int Run(byte[] input)
    {
        var options = TcpOptionsReader.Read(input);
        return HashCode.Combine(
            options.Mss is null, options.WindowScale, options.SackPermitted, options.SackBlocks, options.HasTimestamps, options.Malformed);
    }
}
