using TcpCapture.Export.Output;
using TcpCapture.Model;

namespace TcpCapture.Live;

/// <summary>How a run of programs ended.</summary>
/// <param name="Folder">The folder, with its raw recording, to be exported next.</param>
/// <param name="ExitCode">The client's exit code; 128 and the signal's number if a signal ended it.</param>
/// <param name="End">How the recording ended, and what was left out of it.</param>
public sealed record ProgramRunResult(OutputFolder Folder, int ExitCode, RecordingEnd End);
