using System.Text;
using System.Xml.Linq;
using TcpCapture.Export.JUnit;
using TcpCapture.Model;
using TcpCapture.Queries.Expectations;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Tests.Export.JUnit;

public class JUnitXmlTests
{
    [Fact]
    public void ATestCaseIsARuleAndAConnection()
    {
        var (info, results) = Check("listener-close", "no resets", "exactly 2 connections", "some connection: reset by server", "some connection: both close at once", "connection 9: reset");
        var suite = Write(info, results);

        Assert.Equal("listener-close", suite.Attribute("name")!.Value);
        Assert.Equal(info.Host, suite.Attribute("hostname")!.Value);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", suite.Attribute("timestamp")!.Value);
        var cases = suite.Elements("testcase").ToArray();
        Assert.Equal(
            [
                "no resets: connection 2", "no resets: connection 1", "exactly 2 connections", "some connection: reset by server",
                "some connection: both close at once", "connection 9: reset",
            ],
            cases.Select(c => c.Attribute("name")!.Value));
        Assert.Equal([true, false, false, false, true, true], cases.Select(c => c.Element("failure") is not null));
        Assert.All(cases, c => Assert.Equal("tcpcapture.listener-close", c.Attribute("classname")!.Value));
        var failure = cases[0].Element("failure")!;
        Assert.Equal("broken", failure.Attribute("type")!.Value);
        Assert.Equal("broken: there was 1 reset", failure.Attribute("message")!.Value);
        Assert.Matches(@"^connection 2 \(127\.0\.0\.1:\d+ → 127\.0\.0\.1:12345\): there was 1 reset\nevent \d+ at 2026-11-23T[\d:.]+Z \([\d.]+ s\): server R.\n$", failure.Value);
        Assert.Equal("cannot-tell", cases[^1].Element("failure")!.Attribute("type")!.Value);
        Assert.Equal("listener-close", suite.Element("properties")!.Elements().Single(p => p.Attribute("name")!.Value == "scenario").Attribute("value")!.Value);
    }

    [Fact]
    public void CharactersThatXmlCannotRepresentAreReplaced()
    {
        var (info, results) = Check("both-close", "no resets");
        var hostile = info with { Host = "a\u0000b\e[2J<&\"']]>\uD800\uFFFEé😀", Scenario = "x\u0001</testsuite>" };
        var suite = Write(hostile, results);
        Assert.Equal("a\uFFFDb\uFFFD[2J<&\"']]>\uFFFD\uFFFDé😀", suite.Attribute("hostname")!.Value);
        Assert.Equal("x\uFFFD</testsuite>", suite.Attribute("name")!.Value);
    }

    [Fact]
    public void VerdictsThatWereNotKeptAreOneCase()
    {
        var rule = Expectation.Parse("no resets");
        var verdict = new Verdict(1, "connection 1 (a → b)", Outcome.Broken, "there was 1 reset", []);
        var result = new ExpectationResult(rule, Outcome.Broken, [verdict]) { Held = 5, Broken = 3, CannotTell = 0 };
        var cases = Write(new RecordingInfo(), [result]).Elements("testcase").ToArray();
        Assert.Equal(["no resets: connection 1", "no resets: 2 more connections", "no resets: 5 more connections"], cases.Select(c => c.Attribute("name")!.Value));
        Assert.Equal([true, true, false], cases.Select(c => c.Element("failure") is not null));
    }

    [Fact]
    public void FileAppearsOnlyWhenComplete()
    {
        var folder = Directory.CreateTempSubdirectory("tcpcapture-junit-");
        try
        {
            var (info, results) = Check("both-close", "no resets");
            var path = Path.Combine(folder.FullName, "results.xml");
            File.WriteAllText(path, "an older one");
            JUnitFile.Write(path, info, results);
            Assert.Equal("testsuites", XDocument.Load(path).Root!.Name);
            Assert.Equal([path], Directory.GetFileSystemEntries(folder.FullName));
            File.WriteAllText(path, new string('x', 100_000)); // longer than what replaces it
            JUnitFile.Write(path, info, results);
            Assert.EndsWith("</testsuites>\n", File.ReadAllText(path));
            Assert.Contains("name another file", Assert.Throws<OutputException>(() => JUnitFile.Write(folder.FullName, info, results)).Message);
            Assert.Contains("name another file", Assert.Throws<OutputException>(() => JUnitFile.Write(Path.Combine(folder.FullName, "none", "x.xml"), info, results)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void LinkIsFollowedAndKept()
    {
        var (info, results) = Check("both-close", "no resets");
        var folder = Directory.CreateTempSubdirectory("tcpcapture-junit-");
        try
        {
            var target = Path.Combine(folder.FullName, "results.xml");
            var link = File.CreateSymbolicLink(Path.Combine(folder.FullName, "latest.xml"), "results.xml");
            JUnitFile.Write(link.FullName, info, results);
            Assert.Equal("testsuites", XDocument.Load(target).Root!.Name);
            Assert.Equal("results.xml", new FileInfo(link.FullName).LinkTarget);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (RecordingInfo, IReadOnlyList<ExpectationResult>) Check(string recording, params string[] rules)
    {
        var loaded = Recording.Open(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", recording));
        return (loaded.Info, Timeline.Load(loaded, maxEvents: 0).Check(rules));
    }

    /// <summary>The only suite, after comparing its counts with its cases.</summary>
    private static XElement Write(RecordingInfo info, IReadOnlyList<ExpectationResult> results)
    {
        using var stream = new MemoryStream();
        JUnitXml.Write(stream, info, results);
        var root = XDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).Root!;
        var suite = Assert.Single(root.Elements());
        Assert.Equal(["properties", "testcase", "system-out", "system-err"], suite.Elements().Select(e => e.Name.LocalName).Distinct());
        string[] required = ["name", "timestamp", "hostname", "tests", "failures", "errors", "time", "id", "package"]; // by Ant's schema
        Assert.All(required, name => Assert.NotEqual("", suite.Attribute(name)?.Value ?? ""));
        Assert.All(suite.Elements("testcase"), c => Assert.Equal(["name", "classname", "time"], c.Attributes().Select(a => a.Name.LocalName)));
        Assert.All(suite.Descendants("failure"), f => Assert.Equal(["message", "type"], f.Attributes().Select(a => a.Name.LocalName)));
        Assert.Equal(suite.Elements("testcase").Count(), suite.Elements("testcase").DistinctBy(c => c.Attribute("name")!.Value).Count());
        Assert.Equal(suite.Elements("testcase").Count(), (int)suite.Attribute("tests")!);
        Assert.Equal(suite.Descendants("failure").Count(), (int)suite.Attribute("failures")!);
        return suite;
    }
}
