using System.Globalization;

namespace TcpCapture.SystemTests.Browser;

/// <summary>Thousands of events: only what is in view is drawn, and every event is still found.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LongTimelineTests(Chromium browser)
{
    /// <summary>Scrolls through the whole page, a screen a frame, and says the most elements seen and the longest task.</summary>
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
    public void OnlyWhatIsInViewIsDrawn(int connections, int events)
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
    public void WhatIsLeftOutIsSaid()
    {
        using var report = ReportFile.OfEvents(page => GeneratedTimeline.Write(page, 1, 500), maxEvents: 100);
        browser.Open(report.FilePath);

        Assert.Contains("first 100 of 500 events; timeline.csv and timeline.pcapng have all of them", browser.Find("#warnings").Text, StringComparison.Ordinal);
        Assert.Contains("400 later events are only in timeline.csv", browser.Find("#ladder-end").Text, StringComparison.Ordinal);
    }

    /// <summary>What weakens everything on the page stands at its head.</summary>
    [Fact]
    public void AnUnwholeRecordingIsSaidFirst()
    {
        using var report = ReportFile.OfEvents(_ => { }, cutOff: "it ends in the middle", missing: "lacks 2 frames.");
        browser.Open(report.FilePath);

        Assert.Contains("it ends in the middle", browser.Find("#warnings").Text, StringComparison.Ordinal);
        Assert.Contains("incomplete: lacks 2 frames.", browser.Find("#warnings").Text, StringComparison.Ordinal);
        browser.IsQuiet(report.FilePath);
    }

    /// <summary>Connections are searched and sorted in their table; a few stand in it at a time.</summary>
    [Fact]
    public void AmongManyConnectionsOneIsFound()
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
