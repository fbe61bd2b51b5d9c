using System.Globalization;

namespace TcpCapture.SystemTests.Browser;

/// <summary>Timelines of thousands of events: only the visible part is drawn, and every event can be found.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LongTimelineTests(Chromium browser)
{
    /// <summary>Scrolls through the page, one screen per frame; returns the maximum number of elements and the longest task.</summary>
    private const string ScrollThrough = """
        const done = arguments[arguments.length - 1];
        let longest = 0, most = 0;
        const observer = new PerformanceObserver(list => list.getEntries().forEach(t => { longest = Math.max(longest, t.duration); }));
        observer.observe({ type: 'longtask' });
        const step = () => {
          most = Math.max(most, document.querySelectorAll('#ladder *').length);
          const before = scrollY;
          scrollBy(0, Math.max(600, document.documentElement.scrollHeight / 100));
          if (scrollY > before) requestAnimationFrame(step);
          else requestAnimationFrame(() => { done(JSON.stringify({ most, longest })); });
        };
        requestAnimationFrame(step);
        """;

    [Theory]
    [InlineData(1, 5_000)]
    [InlineData(1, 40_000)]
    [InlineData(2_000, 20)]
    public void OnlyTheVisiblePartIsDrawn(int connections, int events)
    {
        using var report = ReportFile.OfEvents(page => GeneratedTimeline.Write(page, connections, events));
        browser.Open(report.FilePath);

        var opened = browser.Get<double>("return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
        var all = connections == 1 ? events : connections * events;
        if (connections > 1) browser.Do("report.choose('all')");
        var scrolled = browser.Await(ScrollThrough);
        Print($"{all} events, {connections} connections: open in {opened:0} ms; longest task while scrolling {scrolled.GetProperty("longest").GetDouble():0} ms");

        Assert.InRange(scrolled.GetProperty("most").GetInt32(), 200, 2_500);
        foreach (var number in (int[])[1, all / 2, all])
        {
            browser.Do("location.hash = '#event-' + arguments[0]", number);
            browser.Await("const done = arguments[0]; setTimeout(() => done('0'))");
            Assert.True(browser.Find($"#event-{number}").Displayed);
            Assert.Equal($"event-{number}", browser.Get<string>("return document.activeElement.id"));
        }

        browser.IsQuiet(report.FilePath);
    }

    [Fact]
    public void LeftOutEventsAreReported()
    {
        using var report = ReportFile.OfEvents(page => GeneratedTimeline.Write(page, 1, 500), maxEvents: 100);
        browser.Open(report.FilePath);

        Assert.Contains("first 100 of 500 events; timeline.csv and timeline.pcapng have all of them", browser.Find("#warnings").Text, StringComparison.Ordinal);
        Assert.Contains("400 later events are only in timeline.csv", browser.Find("#ladder-end").Text, StringComparison.Ordinal);
    }

    /// <summary>A limitation of the whole recording is shown at the top of the page.</summary>
    [Fact]
    public void AnIncompleteRecordingIsReportedFirst()
    {
        using var report = ReportFile.OfEvents(_ => { }, cutOff: "it ends in the middle", missing: "lacks 2 frames.");
        browser.Open(report.FilePath);

        Assert.Contains("it ends in the middle", browser.Find("#warnings").Text, StringComparison.Ordinal);
        Assert.Contains("incomplete: lacks 2 frames.", browser.Find("#warnings").Text, StringComparison.Ordinal);
        browser.IsQuiet(report.FilePath);
    }

    /// <summary>Connections can be searched and sorted in a table that shows a few at a time.</summary>
    [Fact]
    public void OneOfManyConnectionsCanBeFound()
    {
        using var report = ReportFile.OfEvents(page => GeneratedTimeline.Write(page, 2_000, 8));
        browser.Open(report.FilePath);

        browser.Find("#connection-filter").SendKeys("127.0.0.1:21777");
        Assert.Equal("1 of 2,000 connections", browser.Find("#connection-count").Text);
        browser.Find("#connection-table tbody button").Click();
        Assert.Contains("connection 1777", browser.Find("#ladder-of").Text, StringComparison.Ordinal);
        browser.IsQuiet(report.FilePath);
    }

    private static void Print(FormattableString text) =>
        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
