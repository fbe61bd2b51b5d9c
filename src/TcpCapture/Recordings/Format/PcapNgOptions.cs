using System.Buffers.Binary;
using System.Text;
using TcpCapture.CaptureFiles.PcapNg;
using static TcpCapture.CaptureFiles.PcapNg.PcapNgFormat;

namespace TcpCapture.Recordings.Format;

/// <summary>Builds the option list of a block. Reusable without allocation.</summary>
internal sealed class PcapNgOptions
{
    private byte[] _buffer = new byte[256];
    private int _used;

    /// <summary>Length of the list in bytes, including its end mark; 0 without options.</summary>
    public int EncodedLength => _used == 0 ? 0 : _used + 4;

    public PcapNgOptions Clear()
    {
        _used = 0;
        return this;
    }

    /// <summary>A comment; several are allowed. A NUL becomes U+FFFD, because it would end the comment for other readers.</summary>
    public PcapNgOptions Comment(ReadOnlySpan<char> text)
    {
        if (text.Contains('\0')) text = text.ToString().Replace('\0', '\uFFFD');
        return Text(PcapNgFormat.Comment, text);
    }

    /// <exception cref="TcpCaptureException">The text is longer than the maximum of 65535 bytes.</exception>
    public PcapNgOptions Text(ushort code, ReadOnlySpan<char> text)
    {
        Encoding.UTF8.GetBytes(text, Add(code, Encoding.UTF8.GetByteCount(text)));
        return this;
    }

    /// <summary>The capture filter as text; the first byte 0 means libpcap's syntax.</summary>
    public PcapNgOptions Filter(string filter)
    {
        var value = Add(InterfaceFilter, 1 + Encoding.UTF8.GetByteCount(filter));
        value[0] = 0;
        Encoding.UTF8.GetBytes(filter, value[1..]);
        return this;
    }

    /// <summary>The unit of the interface's times: 10^-<paramref name="digits"/> seconds.</summary>
    public PcapNgOptions TimestampDigits(byte digits)
    {
        Add(InterfaceTimestampResolution, 1)[0] = digits;
        return this;
    }

    /// <summary>Packet flags; bits 0 and 1 are the direction: 1 inbound, 2 outbound.</summary>
    public PcapNgOptions Flags(uint flags)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Add(PacketFlags, 4), flags);
        return this;
    }

    /// <summary>A number that the packet keeps when files are merged.</summary>
    public PcapNgOptions Id(ulong id) => Number(PacketId, id);

    public PcapNgOptions ProcessThread(uint process, uint thread)
    {
        var value = Add(PacketProcessThread, 8);
        BinaryPrimitives.WriteUInt32LittleEndian(value, process);
        BinaryPrimitives.WriteUInt32LittleEndian(value[4..], thread);
        return this;
    }

    public PcapNgOptions Number(ushort code, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Add(code, 8), value);
        return this;
    }

    /// <summary>A time in nanoseconds; unlike a number, it is stored with its upper half first.</summary>
    public PcapNgOptions Time(ushort code, long nanoseconds)
    {
        PcapNgWriter.WriteTime(Add(code, 8), nanoseconds);
        return this;
    }

    /// <summary>Writes the list with its end mark and returns its length, <see cref="EncodedLength"/>.</summary>
    public int WriteTo(Span<byte> destination)
    {
        if (_used == 0) return 0;
        _buffer.AsSpan(0, _used).CopyTo(destination);
        destination.Slice(_used, 4).Clear();
        return _used + 4;
    }

    private Span<byte> Add(ushort code, int length)
    {
        if (length > ushort.MaxValue)
        {
            throw new RecordingException(
                $"A text of {length} bytes does not fit into a pcapng option (at most {ushort.MaxValue}): shorten it. " +
                "In a recording's header it is the filter or the settings.");
        }

        var start = _used;
        _used += 4 + Padded(length);
        if (_used > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_used, 2 * _buffer.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(start), code);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(start + 2), (ushort)length);
        _buffer.AsSpan(start + 4 + length, Padded(length) - length).Clear();
        return _buffer.AsSpan(start + 4, length);
    }
}
