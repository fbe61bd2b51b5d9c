using TcpCapture.Cli.Arguments;

namespace TcpCapture.Cli.Terminal;

/// <summary>Reports an error in one line on stderr and with an exit code.</summary>
internal static class Failures
{
    /// <summary>If set, an unexpected error is printed with its stack trace.</summary>
    private const string DebugVariable = "TCPCAPTURE_DEBUG";

    public static int Guard(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (TcpCaptureException error)
        {
            return Say(error);
        }
        catch (Exception error) when (error is SandboxException or RuleFileException)
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

    public static int Say(TcpCaptureException error) => Say(Describe(error));

    /// <summary>The message, and the remedy in terms of this command's options.</summary>
    public static string Describe(TcpCaptureException error) =>
        error.Remedy == Remedy.None ? error.Message : $"{error.Message} {Words(error.Remedy)}";

    /// <summary>The remedy as a sentence about this command's options; empty for <see cref="Remedy.None"/>.</summary>
    public static string Words(Remedy remedy) => remedy switch
    {
        Remedy.None => "",
        Remedy.ChooseFolder => "Name another folder with --output.",
        Remedy.ReplaceFiles => "Name another folder with --output, or replace its files with --force.",
        Remedy.ReadRawRecording => "'tcpcapture show' reads it.",
        Remedy.ChooseResultsFile => "Name it with --junit.",
        Remedy.ChooseInterface => "Name another interface with --interface; 'tcpcapture interfaces' lists them, "
            + "'tcpcapture doctor' checks what is available here.",
        Remedy.CheckSystem => "'tcpcapture doctor' checks what is available here.",
        Remedy.UsePrivateNamespace =>
            "Run as root; 'tcpcapture run' and 'tcpcapture exec' can use --sandbox instead, which needs no privilege.",
        Remedy.ChooseStateSource => "Choose another source with --states.",
        Remedy.SampleStates => "Use --states sampled, which needs no privilege.",
        Remedy.UsePortableStates => "Use --states portable.",
        Remedy.ChoosePort => "Choose it with --port.",
        Remedy.ChooseAddress => "Name the server's address with --address.",
        Remedy.ChooseOwnAddress => "Name the address with --address, or run the client only with --role client.",
        Remedy.UseLoopbackAddress => "Leave --address out, or give ::1.",
        Remedy.StartServerFirst => "Use --role server on its host.",
        Remedy.RunBothEnds => "Run both ends here: leave --role out.",
        Remedy.ExtendServerTimeout => "Check its command and --port, or give it more time with --server-timeout.",
        Remedy.OmitServer => "End it, use another --port, or leave out --server to record the client alone.",
        _ => throw new ArgumentOutOfRangeException(nameof(remedy), remedy, "The command has no words for this remedy."),
    };
}
