using ZstdSharp;
using ZstdSharp.Unsafe;

namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>The bytes of a Zstandard file, of several frames too. A frame may ask for a window of up to 128 MiB, as for zstd itself.</summary>
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
            return Fail("its zstd data wants more than 128 MiB of memory (decompress it yourself: zstd -d --long=31)");
        }
        catch (ZstdException)
        {
            return Fail("what follows there is no zstd data, or is damaged");
        }
    }
}
