namespace TcpCapture.Capture.Files;

/// <summary>What came of reading on.</summary>
internal enum FillResult
{
    MoreIsThere,
    BatchIsFull,
    EndOfFile,
}
