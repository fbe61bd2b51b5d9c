namespace TcpCapture.Cli.Terminal;

/// <summary>One line on stderr that is overwritten, if stderr is a terminal.</summary>
internal static class StatusLine
{
    private static bool s_isShown;

    public static void Show(string line)
    {
        if (Console.IsErrorRedirected) return;
        var width = Math.Max(Console.WindowWidth - 1, 1);
        Console.Error.Write("\r" + (line.Length > width ? line[..width] : line) + "\e[K");
        s_isShown = true;
    }

    /// <summary>Shows how long TIME_WAIT and FIN_WAIT_2 have been followed.</summary>
    public static void ShowFollowing(TimeSpan elapsed) =>
        Show($"waiting for TIME_WAIT and FIN_WAIT_2 to end: {(int)elapsed.TotalSeconds} s (Ctrl-C ends it)");

    public static void Clear()
    {
        if (s_isShown) Console.Error.Write("\r\e[K");
        s_isShown = false;
    }
}
