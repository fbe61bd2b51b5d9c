using System.Text;
using TcpCapture.Export.Ladder;

namespace TcpCapture.Cli.Terminal;

/// <summary>What stdout can show.</summary>
internal static class Screen
{
    private const int WidthElsewhere = 100;

    /// <summary>Colour only on a terminal, and not if NO_COLOR is set to anything (no-color.org).</summary>
    public static LadderOptions Ladder => new()
    {
        Width = Console.IsOutputRedirected ? WidthElsewhere : Math.Max(Console.WindowWidth, 1),
        Colour = !Console.IsOutputRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb",
    };

    /// <summary>What stderr can show of a ladder: its words.</summary>
    public static LadderOptions Words => new() { Width = Console.IsErrorRedirected ? WidthElsewhere : Math.Max(Console.WindowWidth, 1) };

    /// <summary>stdout as UTF-8, buffered: a ladder is many short lines.</summary>
    public static StreamWriter Open() => Text(Console.OpenStandardOutput());

    /// <summary>The same, page by page if it is a terminal, too small for what comes, and there is a pager.</summary>
    public static StreamWriter OpenPaged() =>
        !Console.IsOutputRedirected && Console.WindowHeight > 1 && Pager.Wanted() is { } command
            ? Text(new PagedOutput(Console.OpenStandardOutput(), Console.WindowHeight, command))
            : Open();

    private static StreamWriter Text(Stream stream) => new(stream, new UTF8Encoding(false), 32 * 1024);
}
