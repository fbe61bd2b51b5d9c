namespace TcpCapture.CaptureFiles.Bytes;

/// <summary>What a file may be.</summary>
internal enum FileKind
{
    Unknown,
    Pcap,
    PcapNg,
    Gzip,
    Zstandard,
}
