namespace TcpCapture.Cli.Terminal;

/// <summary>A line on stderr that is written over, if that is a terminal.</summary>
internal static class Progress
{
    private static bool s_shown;

    public static void Waiting(TimeSpan elapsed)
    {
        if (Console.IsErrorRedirected) return;
        s_shown = true;
        Console.Error.Write($"\rwaiting for TIME_WAIT and FIN_WAIT_2 to end: {(int)elapsed.TotalSeconds} s (Ctrl-C ends it) ");
    }

    public static void End()
    {
        if (s_shown) Console.Error.Write("\r\e[K");
        s_shown = false;
    }
}
