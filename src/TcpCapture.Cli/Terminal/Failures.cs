using TcpCapture.CaptureFiles;
using TcpCapture.Cli.Arguments;
using TcpCapture.Export.Output;
using TcpCapture.Live.Capture;
using TcpCapture.Live.Programs;
using TcpCapture.Live.Scenarios;
using TcpCapture.Live.States;
using TcpCapture.Recordings;
using TcpCapture.Recordings.Merging;

namespace TcpCapture.Cli.Terminal;

/// <summary>Turns what went wrong into one line on stderr and an exit code.</summary>
internal static class Failures
{
    /// <summary>Set to see where in the program an unexpected error came from.</summary>
    private const string DebugVariable = "TCPCAPTURE_DEBUG";

    public static int Guard(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (IsForPeople(error))
        {
            return Say(error.Message);
        }
        catch (Exception error) when (Environment.GetEnvironmentVariable(DebugVariable) is null or "")
        {
            return Say($"unexpected {error.GetType().Name}: {error.Message} Please report it, with {DebugVariable}=1 set to see where.");
        }
    }

    public static int Say(string message, int code = ExitCode.Failed)
    {
        Console.Error.WriteLine("tcpcapture: " + message.ReplaceLineEndings(" "));
        return code;
    }

    private static bool IsForPeople(Exception error) =>
        error is CaptureException or CaptureFileException or CaptureFileException or ExchangeException or RecordingException or StateSourceException or OutputException or MergeException
            or ProgramException or SandboxException or RuleFileException;
}
