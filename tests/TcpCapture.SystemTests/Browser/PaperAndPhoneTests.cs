using System.Text.Json;

namespace TcpCapture.SystemTests.Browser;

/// <summary>The report on paper, on a phone, and in the dark theme.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PaperAndPhoneTests(Chromium browser)
{
    public static TheoryData<string, int> Pages => new()
    {
        { "both-close", 400 }, { "unreachable", 400 }, { "half-open-traced", 400 }, { "listener-close", 400 }, { "backlog-full", 400 },
        { "both-close-ipv6", 320 }, { "half-open-traced", 1280 }, { "backlog-full", 800 },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public void ThePageFitsTheWidth(string name, int width)
    {
        using var report = ReportFile.OfRecording(name);
        browser.Open(report.FilePath, "#event-8", width);

        FitsSideways();
        browser.Do("report.choose('all'); report.switchScale('time')");
        FitsSideways();
        browser.IsQuiet(report.FilePath);
    }

    private void FitsSideways() => Assert.Equal(
        browser.Get<long>("return document.documentElement.clientWidth"), browser.Get<long>("return document.documentElement.scrollWidth"));

    /// <summary>The box of a state of both ends is taller; TIME_WAIT, the lowest one, must still fit.</summary>
    [Fact]
    public void TheStateDiagramIsComplete()
    {
        using var report = ReportFile.OfRecording("simultaneous-close-traced");
        browser.Open(report.FilePath);

        Assert.Equal("", browser.Get<string>("""
            const drawn = document.querySelector('.states'), paper = drawn.viewBox.baseVal;
            return [...drawn.querySelectorAll('rect')].map(r => r.getBBox())
              .filter(b => b.x < paper.x || b.y < paper.y || b.x + b.width > paper.x + paper.width || b.y + b.height > paper.y + paper.height)
              .map(b => `${b.x} ${b.y} ${b.width} ${b.height}`).join();
            """));
    }

    [Fact]
    public void PrintedItShowsEveryEventAndNoControls()
    {
        using var report = ReportFile.OfRecording("both-close-traced");
        browser.Open(report.FilePath);
        var events = report.Timeline.Count(row => row["kind"] != "finding");
        browser.Do("dispatchEvent(new Event('beforeprint'))");
        browser.Send("Emulation.setEmulatedMedia", ("media", "print"));
        try
        {
            Assert.Equal(events, browser.Get<long>("return [...document.querySelectorAll('.row')].filter(r => r.getClientRects().length).length"));
            Assert.False(browser.Find(".controls").Displayed);
            Assert.False(browser.Find("#theme").Displayed);
            Assert.Equal("rgb(0, 0, 0)", browser.Get<string>("return getComputedStyle(document.body).color"));
            Assert.True(browser.Get<bool>("return document.documentElement.scrollWidth <= innerWidth"));
        }
        finally
        {
            browser.Send("Emulation.setEmulatedMedia", ("media", ""));
            browser.Do("dispatchEvent(new Event('afterprint'))");
        }

        Assert.True(browser.Find(".controls").Displayed);
        browser.IsQuiet(report.FilePath);
    }

    /// <summary>WCAG AA requires a contrast of 4.5 to 1 between text and background.</summary>
    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    public void WordsHaveContrast(string theme)
    {
        using var report = ReportFile.OfRecording("half-open-traced");
        browser.Open(report.FilePath, "#event-36");
        browser.Do("document.documentElement.dataset.theme = arguments[0]", theme);

        var poor = JsonDocument.Parse(browser.Get<string>(Contrast)).RootElement.EnumerateArray().Select(value => value.GetString()).ToArray();

        Assert.Empty(poor);
    }

    /// <summary>Waits until the transition between the themes' colours has ended.</summary>
    private const string Contrast = """
        document.getAnimations().forEach(animation => animation.finish());
        const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const pixel = colours => {
          canvas.clearRect(0, 0, 1, 1);
          for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
          return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
        };
        const light = rgb => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const behind = node => {
          const layers = [];
          for (let n = node; n; n = n.parentElement) layers.unshift(getComputedStyle(n).backgroundColor);
          return layers;
        };
        const poor = new Set();
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const node = texts.currentNode.parentElement;
          if (!texts.currentNode.data.trim() || !node.checkVisibility() || node.closest('svg, script, style, .bar, button:disabled, option')) continue;
          const layers = behind(node), words = light(pixel([...layers, getComputedStyle(node).color])), paper = light(pixel(layers));
          const ratio = (Math.max(words, paper) + 0.05) / (Math.min(words, paper) + 0.05);
          if (ratio < 4.5) poor.add(`${node.className || node.tagName} "${texts.currentNode.data.trim().slice(0, 20)}" ${ratio.toFixed(2)}`);
        }
        return JSON.stringify([...poor]);
        """;
}
