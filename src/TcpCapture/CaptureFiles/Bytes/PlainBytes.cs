namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>The bytes of a file that is not compressed.</summary>
internal sealed class PlainBytes(StoredBytes stored) : ContentBytes(stored)
{
    public override bool IsCompressed => false;

    protected override int ReadContent(Span<byte> buffer) => Stored.Read(buffer);
}
