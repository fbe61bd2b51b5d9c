namespace TcpCapture.CaptureFiles;

/// <summary>What came of reading on.</summary>
internal enum FillResult
{
    MoreIsThere,
    BatchIsFull,
    EndOfFile,
}
