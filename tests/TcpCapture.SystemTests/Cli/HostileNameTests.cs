using System.Globalization;

namespace TcpCapture.SystemTests.Cli;

/// <summary>A process is named as its owner likes: no spreadsheet shall calculate its name, no terminal obey it.</summary>
[Collection(CommandCollection.Name)]
public sealed class HostileNameTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("=cmd()")]
    [InlineData("+1;=cmd()")]
    [InlineData("-2\t@x")]
    [InlineData("@a;=b\u001b[2J")]
    public void AProcessesNameIsTextOnly(string name)
    {
        // The kernel names a process by the file that is started, and the host finds its program behind a link.
        var link = Path.Combine(_folder.Path, name);
        File.CreateSymbolicLink(link, Command.File);

        var run = Command.RunProgram([link, "run", "server-close", "--port", Ports.Next(), "--output", _folder.Output]).Succeeded();

        var process = CsvFile.Read(_folder.In("connections.csv"))[0]["process_client"];
        Assert.StartsWith(name + "[", process.Replace("'", "", StringComparison.Ordinal));
        foreach (var file in new[] { "timeline.csv", "connections.csv", "syn-retransmits.csv" })
        {
            foreach (var row in CsvFile.Read(_folder.In(file)))
                Assert.All(row.Values, value => Assert.True(IsHarmless(value), value));
        }

        Assert.DoesNotContain('\e', run.Output);
        Assert.DoesNotContain('\e', Command.Run("show", _folder.Output, "--json").Succeeded().Output);
    }

    /// <summary>A number may begin with its sign; text that would be a formula, in this cell or behind another separator, may not.</summary>
    private static bool IsHarmless(string field) =>
        decimal.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
        || field.Split([';', '\t', '\n']).All(cell => cell.TrimStart(' ', '"') is not ['=' or '+' or '-' or '@', ..]);
}
