using System.Globalization;
using System.Text.Json;

namespace TcpCapture.SystemTests.Browser;

/// <summary>The page of each recorded scenario shows every event at its address, with the causes from timeline.csv.</summary>
[Collection(BrowserCollection.Name)]
public sealed class RecordedScenarioTests(Chromium browser)
{
    /// <summary>Opens each event by its address and returns what the page shows.</summary>
    private const string VisitAll = """
        const done = arguments[arguments.length - 1], numbers = arguments[0], seen = [];
        (async () => {
          for (const number of numbers) {
            const changed = new Promise(resolve => addEventListener('hashchange', resolve, { once: true }));
            location.hash = `#event-${number}`;
            await changed;
            const row = document.getElementById(`event-${number}`), place = row?.getBoundingClientRect();
            seen.push({
              number,
              inView: !!row && place.bottom > 0 && place.top < innerHeight && place.width > 0,
              isFocused: document.activeElement === row,
              time: row?.querySelector('.time')?.textContent,
              title: document.getElementById('details-title').textContent,
              words: document.getElementById('details-body').innerText,
              causes: [...document.querySelectorAll('#details-body ol.causes a')].map(a => a.hash.slice('#event-'.length)),
              marked: [...document.querySelectorAll('.row.cause')].map(r => r.id.slice('event-'.length)),
            });
          }
          done(JSON.stringify(seen));
        })();
        """;

    public static TheoryData<string> Names => [.. ReportFile.RecordedNames];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryEventIsShownWithItsCauses(string name)
    {
        using var report = ReportFile.OfRecording(name);
        var rows = report.Timeline;
        var byNumber = rows.ToDictionary(row => row["event"]);
        browser.Open(report.FilePath);

        var seen = browser.Await(VisitAll, (object)rows.Select(row => row["event"]).ToArray()).EnumerateArray().ToArray();

        Assert.Equal(rows.Count, seen.Length);
        foreach (var (row, shown) in rows.Zip(seen)) Agrees(row, shown, byNumber);
        browser.IsQuiet(report.FilePath);
    }

    private static void Agrees(
        IReadOnlyDictionary<string, string> row, JsonElement shown, Dictionary<string, IReadOnlyDictionary<string, string>> rows)
    {
        var what = $"event {row["event"]}";
        Assert.True(shown.GetProperty("inView").GetBoolean(), what + " is not in view");
        Assert.True(shown.GetProperty("isFocused").GetBoolean(), what + " has not the focus");
        Assert.Equal($"{row["kind"]} {row["event"]}, pinned", shown.GetProperty("title").GetString(), ignoreCase: true);
        var ladderTime = Math.Round(decimal.Parse(row["elapsed"], CultureInfo.InvariantCulture), 6, MidpointRounding.AwayFromZero);
        if (row["kind"] != "finding") // findings are above the ladder, without a time
            Assert.Equal(ladderTime.ToString("F6", CultureInfo.InvariantCulture), shown.GetProperty("time").GetString()); // as in the terminal's ladder
        var words = shown.GetProperty("words").GetString()!;
        foreach (var column in (string[])["time", "from", "to", "side", "seq", "ack", "length", "window", "old_state", "new_state", "evidence", "call", "note"])
            Assert.Contains(row[column], words, StringComparison.Ordinal);
        foreach (var column in (string[])["client_state", "server_state"])
            if (row["flags"].Length > 0) Assert.Contains(row[column].Length > 0 ? row[column] : "unknown", words, StringComparison.Ordinal);
        foreach (var column in (string[])["not_before", "not_after"])
            if (row[column].Length > 0) Assert.Contains(row[column], words, StringComparison.Ordinal);
        if (row["frame"].Length > 0) Assert.Contains(row["frame"] + " in capture.pcap", words, StringComparison.Ordinal);
        if (row["result"].Length > 0) Assert.Contains("result\n" + row["result"], words.Replace("\n\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);

        var chain = CausesOf(row, rows).ToArray();
        Assert.Equal(chain, Strings(shown, "causes"));
        Assert.All(Strings(shown, "marked"), marked => Assert.Contains(marked, chain));
    }

    private static IEnumerable<string> CausesOf(
        IReadOnlyDictionary<string, string> row, Dictionary<string, IReadOnlyDictionary<string, string>> rows)
    {
        for (var cause = row["caused_by"]; cause.Length > 0; cause = rows[cause]["caused_by"]) yield return cause;
    }

    private static string[] Strings(JsonElement shown, string name) =>
        [.. shown.GetProperty(name).EnumerateArray().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];
}
