using ZstdSharp;
using ZstdSharp.Unsafe;

namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>The content of a Zstandard file of one or more frames. A frame's window is limited to 128 MiB, as in zstd.</summary>
internal sealed class ZstandardBytes(StoredBytes stored) : ContentBytes(stored)
{
    private readonly DecompressionStream _zstandard = new(stored, leaveOpen: true);

    public override bool IsCompressed => true;

    public override void Dispose()
    {
        _zstandard.Dispose();
        base.Dispose();
    }

    protected override int ReadContent(Span<byte> buffer)
    {
        try
        {
            return _zstandard.Read(buffer);
        }
        catch (EndOfStreamException)
        {
            return Fail("its zstd data is cut off there");
        }
        catch (ZstdException error) when (error.Code == ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge)
        {
            return Fail("its zstd data needs more than 128 MiB of memory (decompress it first: zstd -d --long=31)");
        }
        catch (ZstdException)
        {
            return Fail("the data there is not zstd data, or is damaged");
        }
    }
}
