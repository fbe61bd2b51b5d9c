using TcpCapture.Export.Ladder;

namespace TcpCapture.Cli.Terminal;

/// <summary>What was found out, where no ladder is printed that ends with it.</summary>
internal static class FoundOut
{
    private const int Most = 10;

    /// <summary>Prints the first findings, and how many more there are and where.</summary>
    public static void Print(TextWriter output, IReadOnlyList<Finding> findings, string folder)
    {
        var printer = new FindingPrinter(output, Screen.Words);
        foreach (var finding in findings.Take(Most)) printer.Print(finding);
        if (findings.Count > Most) output.WriteLine($"… and {findings.Count - Most} more: tcpcapture show {folder}");
    }
}
