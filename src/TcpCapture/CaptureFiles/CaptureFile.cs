using TcpCapture.CaptureFiles.Bytes;
using TcpCapture.CaptureFiles.Pcap;
using TcpCapture.CaptureFiles.PcapNg;

namespace TcpCapture.CaptureFiles;

internal static class CaptureFile
{
    public const string StandardInput = "-"; // the path that stands for standard input
    private const int TooManyOpenFiles = 24; // EMFILE
    private const int TooManyOpenFilesOfAll = 23; // ENFILE

    /// <summary>Opens a pcap or pcapng file or pipe, plain or compressed with gzip or Zstandard; the name does not matter.</summary>
    /// <exception cref="TcpCaptureException">The file is missing, unreadable or no capture file.</exception>
    public static RecordFile Open(string path)
    {
        if (path == StandardInput) return OpenStandardInput();
        if (Directory.Exists(path))
            throw new CaptureFileException($"{path} is a folder, not a capture file: give its files ({Path.Combine(path, "*.pcap")}).");
        try
        {
            const FileShare share = FileShare.ReadWrite | FileShare.Delete;
            return Open(new FileStream(path, FileMode.Open, FileAccess.Read, share, 0, FileOptions.SequentialScan), path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CaptureFileException($"There is no file {path}: check its name and the current folder.", error);
        }
        catch (IOException error) when (error.HResult is TooManyOpenFiles or TooManyOpenFilesOfAll)
        {
            throw new CaptureFileException(
                $"{path} cannot be opened: too many files are open. Raise the limit (ulimit -n) or join files (mergecap -w).", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CaptureFileException(
                $"{path} cannot be opened: {error.Message.TrimEnd('.')}. Check that it is a file you may read.", error);
        }
    }

    /// <summary>Reads a capture from a stream and closes it.</summary>
    /// <exception cref="TcpCaptureException">It is not a capture.</exception>
    public static RecordFile Open(Stream stream, string name)
    {
        try
        {
            return Open(new StoredBytes(stream), name);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static RecordFile OpenStandardInput()
    {
        if (!Console.IsInputRedirected)
            throw new CaptureFileException("Standard input is a terminal, not a capture: pipe a capture into it (tcpdump -w - |).");
        return Open(Console.OpenStandardInput(), "standard input");
    }

    private static RecordFile Open(StoredBytes stored, string name)
    {
        var begin = stored.Head();
        if (begin.IsEmpty) throw new CaptureFileException($"{name} is empty: give another file.");
        ContentBytes content = FileSignature.Of(begin) switch
        {
            FileKind.Gzip => new GzipBytes(stored),
            FileKind.Zstandard => new ZstandardBytes(stored),
            _ => new PlainBytes(stored),
        };
        try
        {
            return Open(content, name);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    private static RecordFile Open(ContentBytes content, string name)
    {
        Span<byte> header = stackalloc byte[PcapFormat.FileHeaderLength];
        header = header[..content.ReadAll(header)];
        var kind = FileSignature.Of(header);
        if (kind == FileKind.PcapNg && !PcapNgFormat.HasByteOrder(header))
        {
            throw new CaptureFileException(
                $"{name} is a pcapng file of unknown byte order ({Convert.ToHexStringLower(header[8..12])} instead of 1a2b3c4d), "
                + "so it is damaged: use an undamaged copy.");
        }

        if (kind == FileKind.PcapNg) return new PcapNgFile(name, content, header);
        if (kind == FileKind.Pcap && header.Length == PcapFormat.FileHeaderLength) return OpenPcap(content, name, header);
        throw new CaptureFileException($"{name} {Obstacle(kind, header, content)}.");
    }

    private static PcapFile OpenPcap(ContentBytes content, string name, ReadOnlySpan<byte> bytes)
    {
        var header = PcapHeader.Read(bytes);
        return header.Major == 2
            ? new PcapFile(name, header, content)
            : throw new CaptureFileException(
                $"{name} is a pcap file of version {header.Major}.{header.Minor}, and only 2.x can be read: "
                + "convert it first (editcap -F pcapng).");
    }

    private static string Obstacle(FileKind kind, ReadOnlySpan<byte> header, ContentBytes content)
    {
        if (kind == FileKind.Pcap) return "is a pcap file cut off within its header, so it has no frames: use an undamaged copy";
        if (content.Failure is { } failure) return $"cannot be read: {failure}; use an undamaged copy";
        if (header.IsEmpty) return "is compressed but empty: give another file";
        if (kind is FileKind.Gzip or FileKind.Zstandard) return "is compressed twice: decompress it once first (gzip -dk, zstd -dk)";
        return FileSignature.OtherCapture(header) is { } other
            ? $"is {other}, which cannot be read: convert it first (editcap -F pcapng IN OUT)"
            : $"is not a capture file: {FileSignature.Advice(header)}";
    }
}
