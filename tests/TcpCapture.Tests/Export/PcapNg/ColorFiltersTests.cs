using System.Globalization;
using System.Text.RegularExpressions;
using TcpCapture.Model;
using TcpCapture.Tests.Architecture;
using TcpCapture.Tests.Export.Csv;
using TcpCapture.Tests.Recordings;

namespace TcpCapture.Tests.Export.PcapNg;

/// <summary>docs/wireshark/colorfilters: Wireshark accepts each rule, it matches its rows, and its colours are readable.</summary>
public sealed partial class ColorFiltersTests
{
    private const double MinContrast = 7; // WCAG 2 AAA

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "wireshark", "colorfilters"));

    public static TheoryData<string, string> Rules
    {
        get
        {
            var rules = new TheoryData<string, string>();
            foreach (var rule in Lines.Where(line => !line.StartsWith('#')).Select(Parse)) rules.Add(rule.Groups[1].Value, rule.Groups[2].Value);
            return rules;
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task RuleMatchesItsRows(string name, string filter)
    {
        var found = 0;
        string[] goldens = name == "retransmission" || name.EndsWith("CLOSING", StringComparison.Ordinal)
            ? ["unreachable", "simultaneous-close"] : ["both-close", "data-after-close"];
        foreach (var golden in goldens)
        {
            using var outputs = Outputs.Of(Recording.Open(
                Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", golden)));
            var events = CsvRows.Parse(outputs.Text("timeline.csv"));
            var columns = events[0].ToList();
            var expected = events.Skip(1).Where(row => IsFor(name, column => row[columns.IndexOf(column)])).Select(row => row[0]).ToArray();
            found += expected.Length;

            Assert.Equal(expected, await Tshark.Run("tshark", "-r", outputs.RecordingPath, "-Y", filter, "-T", "fields", "-e", "frame.number"));
        }

        Assert.NotEqual(0, found);
    }

    [Fact]
    public void EveryStateHasARule() => Assert.Equal(
        Enum.GetValues<TcpState>().Select(state => "to " + state.ToRfcName()).Order(),
        Rules.Select(rule => rule.Data.Item1).Where(name => name.StartsWith("to ", StringComparison.Ordinal)).Order());

    [Fact]
    public void ColoursOfEveryRuleAreReadable() => Assert.All(Lines.Where(line => !line.StartsWith('#')).Select(Parse), rule =>
    {
        var background = Luminance(rule.Groups[3].Value);
        var text = Luminance(rule.Groups[4].Value);
        Assert.InRange((Math.Max(background, text) + 0.05) / (Math.Min(background, text) + 0.05), MinContrast, 21);
    });

    private static bool IsFor(string name, Func<string, string> row) => name switch
    {
        "reset" => row("flags").Contains('R', StringComparison.Ordinal),
        "finding" or "call" => row("kind") == name,
        "call that failed" => row("call").Length > 0 && row("result").StartsWith('E'),
        "retransmission" => row("kind") == "segment" && row("note").Contains("retransmission", StringComparison.Ordinal),
        _ => "to " + row("new_state") == name,
    };

    private static Match Parse(string line)
    {
        var rule = Rule().Match(line);
        Assert.True(rule.Success, line);
        return rule;
    }

    /// <summary>The relative luminance (WCAG 2) of a colour with 16 bits per channel.</summary>
    private static double Luminance(string colour)
    {
        var channels = colour.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture) / 65535.0)
            .Select(value => value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
    }

    [GeneratedRegex(@"^@TcpCapture: ([^@]+)@([^@]+)@\[(\d+,\d+,\d+)\]\[(\d+,\d+,\d+)\]$")]
    private static partial Regex Rule();
}
