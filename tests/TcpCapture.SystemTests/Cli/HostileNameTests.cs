using System.Globalization;

namespace TcpCapture.SystemTests.Cli;

/// <summary>A process can have any name: neither a spreadsheet nor a terminal may interpret it.</summary>
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
    public void AProcessNameIsTextOnly(string name)
    {
        // The kernel names a process by the started file; the .NET host finds its program through the link.
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

    /// <summary>A number may begin with a sign; text that could be a formula, here or after another separator, must not.</summary>
    private static bool IsHarmless(string field) =>
        decimal.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
        || field.Split([';', '\t', '\n']).All(cell => cell.TrimStart(' ', '"') is not ['=' or '+' or '-' or '@', ..]);
}
