using OpenQA.Selenium;
using TcpCapture.Correlation;
using TcpCapture.Model;

namespace TcpCapture.LiveTests.Browser;

/// <summary>What a person does with the ladder: point, step, follow, switch, filter, search.</summary>
[Collection(BrowserCollection.Name)]
public sealed class LadderTests(Chromium browser)
{
    private const string CurrentRow = "return document.activeElement.id";

    [Fact]
    public void PointingShowsTheEventAndItsCausesAndClickingPinsIt()
    {
        using var report = ReportFile.OfRecording("both-close-traced");
        browser.Open(report.FilePath);

        // The ACK of the client's first data: sent by it, which a call of the client began.
        browser.Do("document.getElementById('event-17').scrollIntoView({ block: 'center' })");
        browser.PointAt("#event-17");
        Assert.Equal("Segment 17", Title());
        Assert.Equal("event-15 event-16", Rows("cause"));
        Assert.Equal("event-17", Rows("current"));

        browser.PointAt("#event-15");
        Assert.StartsWith("event-16 event-17", Rows("effect"), StringComparison.Ordinal);

        browser.Find("#event-16").Click();
        browser.PointAt("#ladder-title");
        Assert.Equal("Segment 16, pinned", Title());
        Assert.Equal("#event-16", browser.Get<string>("return location.hash"));
        browser.Press(Keys.Escape);
        Assert.Equal("Event", Title());
        browser.IsQuiet(report.FilePath);
    }

    [Fact]
    public void KeysStepFollowAndSwitch()
    {
        using var report = ReportFile.OfRecording("both-close-traced");
        browser.Open(report.FilePath, "#event-29");

        Assert.Equal("event-29", browser.Get<string>(CurrentRow));
        browser.Press("j");
        Assert.Equal("event-30", browser.Get<string>(CurrentRow));
        browser.Press("k" + "k");
        Assert.Equal("event-28", browser.Get<string>(CurrentRow));
        browser.Press("c");
        Assert.Equal("event-27", browser.Get<string>(CurrentRow));
        browser.Press("e");
        Assert.Equal("event-28", browser.Get<string>(CurrentRow));
        browser.Press(Keys.Home);
        Assert.Equal("event-1", browser.Get<string>(CurrentRow));
        browser.Press("/" + "RST");
        Assert.Equal("filter", browser.Get<string>(CurrentRow));
        browser.Press(Keys.Escape + "?");
        Assert.True(browser.Get<bool>("return document.getElementById('help').open"));
        browser.IsQuiet(report.FilePath);
    }

    [Fact]
    public void ToScaleSilenceIsCutAndSaidSo()
    {
        using var report = ReportFile.OfRecording("unreachable");
        browser.Open(report.FilePath, "#event-5");
        var byEvent = Between("event-4", "event-5");
        browser.Press("s");

        Assert.NotEqual(byEvent, Between("event-4", "event-5"));
        Assert.Contains("1.024 s cut", browser.Find("#event-5").Text, StringComparison.Ordinal);
        Assert.Contains("cut out", browser.Find("#scale-note").Text, StringComparison.Ordinal);
        Assert.Equal("event-5", browser.Get<string>(CurrentRow));

        // Zoomed out far enough, the same silence is to scale: three of one second, equally long.
        for (var i = 0; i < 40 && browser.Find("#event-5").Text.Contains("cut", StringComparison.Ordinal); i++) browser.Press("-");
        Assert.DoesNotContain("cut", browser.Find("#event-5").Text, StringComparison.Ordinal);
        Assert.Equal(Between("event-5", "event-6"), Between("event-6", "event-7"), 1.0);

        browser.Press("s");
        Assert.Equal(byEvent, Between("event-4", "event-5"));
        browser.IsQuiet(report.FilePath);
    }

    [Fact]
    public void FindingsLeadToTheirEventsAndConnections()
    {
        using var report = ReportFile.OfRecording("half-open-traced");
        browser.Open(report.FilePath);

        browser.Find("#finding-list a[href='#event-38']").Click();
        Assert.Equal("event-38", browser.Get<string>(CurrentRow));
        Assert.Equal("2", browser.Get<string>("return document.getElementById('selection').value"));
        browser.Find("#finding-list a[data-connection='1']").Click();
        Assert.Equal("1", browser.Get<string>("return document.getElementById('selection').value"));
        Assert.Contains("reset", browser.Find("#finding-list").Text, StringComparison.Ordinal);
        browser.IsQuiet(report.FilePath);
    }

    [Fact]
    public void RetransmissionsAndResetsStandOutInWords()
    {
        using var syns = ReportFile.OfRecording("unreachable");
        browser.Open(syns.FilePath, "#event-5");
        Assert.Contains("again", browser.Find("#event-5").Text, StringComparison.Ordinal);
        Assert.True(browser.Get<bool>("return !document.getElementById('syn-section').hidden"));
        Assert.Contains("expected 1 s", browser.Find("#syn-chart").Text, StringComparison.Ordinal);

        using var reset = ReportFile.OfRecording("half-open-traced");
        browser.Open(reset.FilePath, "#event-36");
        Assert.Contains("✕ RST", browser.Find("#event-36").Text, StringComparison.Ordinal);
        Assert.Contains("ESTABLISHED", browser.Get<string>("return document.querySelector('.states').getAttribute('aria-label')"), StringComparison.Ordinal);
    }

    [Fact]
    public void AHostileNameIsText()
    {
        const string name = "<script>alert(1)</script><img src=x onerror=alert(2)>";
        using var report = ReportFile.OfEvents(
            page => page.OnEvent(new TimelineEvent
            {
                Number = 1,
                Kind = EventKind.Call,
                Side = Side.Client,
                Note = name,
                Call = new SocketCall { Id = 1, Socket = 1, Side = Side.Client, Name = name, Begin = new Timestamp(0) },
            }, default),
            new RecordingInfo { Scenario = name, Host = name, Filter = name, Interface = name });
        browser.Open(report.FilePath, "#event-1");

        Assert.Equal(name, browser.Find("#title").Text);
        Assert.Contains(name, browser.Find("#event-1").Text, StringComparison.Ordinal);
        Assert.Contains(name, browser.Find("#details-body").Text, StringComparison.Ordinal);
        Assert.Equal(0, browser.Get<long>("return document.images.length"));
        browser.IsQuiet(report.FilePath);
    }

    private string Title() => browser.Find("#details-title").Text;

    private string Rows(string kind) =>
        browser.Get<string>("return [...document.querySelectorAll('.row.' + arguments[0])].map(r => r.id).join(' ')", kind);

    private double Between(string first, string second) => browser.Get<double>(
        "return document.getElementById(arguments[1]).offsetTop - document.getElementById(arguments[0]).offsetTop", first, second);
}
