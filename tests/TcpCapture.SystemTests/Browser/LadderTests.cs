using System.Text.RegularExpressions;
using OpenQA.Selenium;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Browser;

/// <summary>Interaction with the ladder: point, step, follow, switch, filter, search.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class LadderTests(Chromium browser)
{
    private const string CurrentRow = "return document.activeElement.id";

    [Fact]
    public void PointingShowsTheEventAndItsCausesAndClickingPinsIt()
    {
        using var report = ReportFile.OfRecording("both-close-traced");
        browser.Open(report.FilePath);

        // The ACK of the client's first data; the data was sent by a call of the client.
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
        Assert.Equal("#event-16", browser.Eventually("#event-16", "return location.hash"));
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
    public void ToScaleLongSilencesAreCutAndLabelled()
    {
        using var report = ReportFile.OfRecording("unreachable");
        browser.Open(report.FilePath, "#event-5");
        var byEvent = Between("event-4", "event-5");
        browser.Press("s");

        Assert.NotEqual(byEvent, Between("event-4", "event-5"));
        Assert.Contains("1.024 s cut", browser.Find("#event-5").Text, StringComparison.Ordinal);
        Assert.Contains("are cut", browser.Find("#scale-note").Text, StringComparison.Ordinal);
        Assert.Equal("event-5", browser.Get<string>(CurrentRow));

        // Zoomed out far enough, the silence is drawn to scale: three gaps of one second have the same length.
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
        Assert.Equal("event-38", browser.Eventually("event-38", CurrentRow));
        Assert.Equal("2", browser.Eventually("2", "return document.getElementById('selection').value"));
        browser.Find("#finding-list a[data-connection='1']").Click();
        Assert.Equal("1", browser.Eventually("1", "return document.getElementById('selection').value"));
        Assert.Contains("RST", browser.Find("#finding-list").Text, StringComparison.Ordinal);
        browser.IsQuiet(report.FilePath);
    }

    [Fact]
    public void RetransmissionsAndResetsAreNamed()
    {
        using var syns = ReportFile.OfRecording("unreachable");
        browser.Open(syns.FilePath, "#event-5");
        Assert.Contains("retransmission", browser.Find("#event-5").Text, StringComparison.Ordinal);
        Assert.True(browser.Get<bool>("return !document.getElementById('syn-section').hidden"));
        Assert.Contains("expected 1 s", browser.Find("#syn-chart").Text, StringComparison.Ordinal);

        using var reset = ReportFile.OfRecording("half-open-traced");
        browser.Open(reset.FilePath, "#event-36");
        Assert.Contains("✕ RST", browser.Find("#event-36").Text, StringComparison.Ordinal);
        Assert.Contains("reset by the client: half-open", browser.Find("#details-body").Text, StringComparison.Ordinal);
        Assert.Contains("ESTABLISHED", browser.Get<string>("return document.querySelector('.states').getAttribute('aria-label')"), StringComparison.Ordinal);
    }

    /// <summary>Invisible characters that change the text around them are shown as a replacement character.</summary>
    [Theory]
    [InlineData("<script>alert(1)</script><img src=x onerror=alert(2)>")]
    [InlineData("</script><script>alert(1)//<!--]]>&lt;{{script}}\"'")]
    [InlineData("sshd\u202egpj.exe\u2066\u200f\u2028\u2029\u0000\u001b[2J\u0085x")]
    public void AHostileNameIsText(string hostile)
    {
        var name = Unseen().Replace(hostile, "\ufffd");
        var connection = new Connection(1, new Timestamp(0), Endpoint.FromBytes([10, 0, 0, 1], 40000), Endpoint.FromBytes([10, 0, 0, 2], 80));
        connection.Client.Owner = new SocketOwner(new Timestamp(0), connection.Client.Address, connection.Server.Address, 1, 4711, hostile);
        using var report = ReportFile.OfEvents(
            page =>
            {
                page.OnEvent(new TimelineEvent
                {
                    Number = 1,
                    Kind = EventKind.Call,
                    Connection = connection,
                    Side = Side.Client,
                    Note = hostile,
                    Call = new SocketCall { Id = 1, Socket = 1, Side = Side.Client, Name = hostile, Begin = new Timestamp(0) },
                }, default);
                page.OnEvent(new TimelineEvent { Number = 2, Kind = EventKind.Finding, Connection = connection, Note = hostile }, default);
                page.OnConnectionEnded(connection);
            },
            new RecordingInfo { Scenario = hostile, Host = hostile, Filter = hostile, Interface = hostile });
        browser.Open(report.FilePath, "#event-1");

        Assert.Equal(name, browser.Find("#title").Text);
        Assert.Contains(name, browser.Find("#event-1").Text, StringComparison.Ordinal);
        Assert.Contains(name, browser.Find("#details-body").Text, StringComparison.Ordinal);
        Assert.Contains(name, browser.Find("#finding-list").Text, StringComparison.Ordinal);
        Assert.Contains(name + "[4711]", browser.Find("#ends").Text, StringComparison.Ordinal);
        Assert.DoesNotMatch(Unseen(), browser.Get<string>("return document.title + [...document.querySelectorAll('main *')].flatMap(n => [...n.attributes].map(a => a.value)).join('') + document.body.innerText.replaceAll(/[\\n\\t]/g, '')"));
        Assert.Equal(0, browser.Get<long>("return document.images.length"));
        browser.IsQuiet(report.FilePath);
    }

    [GeneratedRegex(@"[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")]
    private static partial Regex Unseen();

    private string Title() => browser.Find("#details-title").Text;

    private string Rows(string kind) =>
        browser.Get<string>("return [...document.querySelectorAll('.row.' + arguments[0])].map(r => r.id).join(' ')", kind);

    private double Between(string first, string second) => browser.Get<double>(
        "return document.getElementById(arguments[1]).offsetTop - document.getElementById(arguments[0]).offsetTop", first, second);
}
