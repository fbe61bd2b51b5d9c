using System.Buffers.Binary;
using TcpCapture.Decoding.Link;
using TcpCapture.Model;

namespace TcpCapture.CaptureFiles.Pcap;

/// <summary>Writes a little-endian pcap file of nanosecond resolution (draft-ietf-opsawg-pcap).</summary>
internal sealed class PcapWriter
{
    private readonly Stream _stream;
    private readonly int _linkType;

    /// <summary>Writes the file header.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    // stream: buffered; the caller flushes and closes it. linkType: a LINKTYPE_ or DLT_ value; the file gets the LINKTYPE_ value.
    public PcapWriter(Stream stream, int linkType, int snaplen)
    {
        _stream = stream;
        _linkType = LinkTypes.FromDlt(linkType);
        Span<byte> header = stackalloc byte[PcapFormat.FileHeaderLength];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, PcapFormat.Nanoseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], PcapFormat.MajorVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], PcapFormat.MinorVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], snaplen);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], _linkType);
        stream.Write(header);
    }

    /// <summary>Appends a frame with its original length.</summary>
    /// <exception cref="ArgumentException">The frame has another link type than the file.</exception>
    /// <exception cref="IOException">The disk is full, or the file can no longer be written.</exception>
    public void Write(in Frame frame)
    {
        if (LinkTypes.FromDlt(frame.LinkType) != _linkType)
            throw new ArgumentException($"A file of link type {_linkType} cannot hold one of {frame.LinkType}.", nameof(frame));
        var (seconds, nanoseconds) = Math.DivRem(frame.Time.Nanoseconds, 1_000_000_000);
        Span<byte> header = stackalloc byte[PcapFormat.RecordHeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], frame.Bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], frame.OriginalLength);
        _stream.Write(header);
        _stream.Write(frame.Bytes);
    }
}
