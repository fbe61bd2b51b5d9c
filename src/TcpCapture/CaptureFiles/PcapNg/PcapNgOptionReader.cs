using System.Buffers.Binary;
using System.Text;

namespace TcpCapture.CaptureFiles.PcapNg;

internal ref struct PcapNgOptionReader(ReadOnlySpan<byte> options, bool bigEndian, long offset)
{
    private ReadOnlySpan<byte> _rest = options;

    /// <summary>The next option, or false after the last.</summary>
    /// <exception cref="DamagedFileException">A length reaches beyond the block.</exception>
    public bool Next(out ushort code, out ReadOnlySpan<byte> value)
    {
        code = 0;
        value = default;
        if (_rest.IsEmpty) return false;
        if (_rest.Length < 4) throw Damaged();

        code = UInt16(_rest);
        var length = UInt16(_rest[2..]);
        if (code == PcapNgFormat.EndOfOptions) return false;
        if (length > _rest.Length - 4) throw Damaged();

        value = _rest.Slice(4, length);
        _rest = _rest[Math.Min(4 + PcapNgFormat.Padded(length), _rest.Length)..];
        return true;
    }

    /// <summary>The next comment, or false after the last.</summary>
    public bool NextComment(out string comment)
    {
        while (Next(out var code, out var value))
        {
            if (code != PcapNgFormat.Comment) continue;
            comment = Encoding.UTF8.GetString(value);
            return true;
        }

        comment = "";
        return false;
    }

    private readonly ushort UInt16(ReadOnlySpan<byte> bytes) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private readonly DamagedFileException Damaged() => new(offset, "an option extends beyond the block");
}
