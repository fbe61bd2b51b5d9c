using TcpCapture.Capture;
using TcpCapture.Capture.Files;
using TcpCapture.Exchange;
using TcpCapture.Merging;
using TcpCapture.Programs;
using TcpCapture.Recordings;
using TcpCapture.States;

namespace TcpCapture.Cli;

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

    public static int Say(string message, int code = ExitCode.CouldNot)
    {
        Console.Error.WriteLine("tcpcapture: " + message.ReplaceLineEndings(" "));
        return code;
    }

    private static bool IsForPeople(Exception error) =>
        error is CaptureException or CaptureFileException or CaptureFileException or ExchangeException or RecordingException or StateSourceException or OutputException or MergeException
            or ProgramException or SandboxException or RuleFileException;
}
