using System.Globalization;
using System.Text;
using System.Xml;
using TcpCapture.Model;
using TcpCapture.Queries.Expectations;

namespace TcpCapture.Export.JUnit;

/// <summary>Writes the results of rules as JUnit XML in the dialect of Ant.</summary>
// A suite per recording, a test case per rule and connection, a failure for a broken or undecided rule. XML 1.0 cannot
// represent most control characters; each becomes U+FFFD.
internal static class JUnitXml
{
    public static void Write(Stream stream, RecordingInfo info, IReadOnlyList<ExpectationResult> results)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(results);
        var cases = results.SelectMany(CasesOf).ToArray();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(false),
            Indent = true,
            NewLineChars = "\n",
            CloseOutput = false,
        };
        using var xml = XmlWriter.Create(stream, settings);
        xml.WriteStartElement("testsuites");
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", SuiteName(info));
        Attribute(xml, "timestamp", info.Start.ToDateTime().ToString("s", CultureInfo.InvariantCulture));
        Attribute(xml, "hostname", info.Host.Length > 0 ? info.Host : "unknown");
        Attribute(xml, "tests", Number(cases.Length));
        Attribute(xml, "failures", Number(cases.Count(c => c.Outcome != Outcome.Held)));
        Attribute(xml, "errors", "0");
        Attribute(xml, "skipped", "0");
        Attribute(xml, "time", "0");
        Attribute(xml, "id", "0");
        Attribute(xml, "package", "tcpcapture");
        WriteProperties(xml, info);
        foreach (var testCase in cases) WriteCase(xml, info, testCase);
        xml.WriteElementString("system-out", "");
        xml.WriteElementString("system-err", "");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteWhitespace("\n");
    }

    /// <summary>A rule about some connection is one case.</summary>
    // Any other rule has a case per verdict, and one for all verdicts that were not kept. CI systems identify a test by its name,
    // so names do not contain the client's port, which changes.
    private static IEnumerable<Case> CasesOf(ExpectationResult result)
    {
        var rule = result.Expectation.ToString();
        if (result.Expectation.Scope.Kind == ScopeKind.Some)
        {
            var reason = result.Outcome == Outcome.Held
                ? ""
                : $"no connection satisfies it ({result.Broken} break it, {result.CannotTell} undecided)";
            yield return new Case(rule, result.Outcome, reason, result.ToString());
            yield break;
        }

        var counts = new Dictionary<Outcome, long>
        {
            [Outcome.Broken] = result.Broken,
            [Outcome.CannotTell] = result.CannotTell,
            [Outcome.Held] = result.Held,
        };
        foreach (var verdict in result.Verdicts)
        {
            counts[verdict.Outcome]--;
            var about = verdict.Connection is { } number ? $": connection {number}" : "";
            yield return new Case(rule + about, verdict.Outcome, verdict.Because, Details(verdict));
        }

        foreach (var (outcome, count) in counts)
            if (count > 0) yield return new Case($"{rule}: {count} more connections", outcome, $"{count} more connections", "");
    }

    private static string Details(Verdict verdict)
    {
        var text = new StringBuilder().Append(verdict.About).Append(": ").Append(verdict.Because).Append('\n');
        foreach (var e in verdict.Events)
            text.Append(CultureInfo.InvariantCulture, $"event {e.Number} at {e.Time} ({e.Elapsed / 1e9:F6} s): {e.Text}\n");
        return text.ToString();
    }

    private static void WriteProperties(XmlWriter xml, RecordingInfo info)
    {
        (string Name, string Value)[] properties =
        [
            ("scenario", info.Scenario), ("host", info.Host), ("system", info.System), ("interface", info.Interface),
            ("filter", info.Filter), ("states", info.StateSource), ("tool", info.Tool), ("start", info.Start.ToString()),
        ];
        xml.WriteStartElement("properties");
        foreach (var (name, value) in properties)
        {
            xml.WriteStartElement("property");
            Attribute(xml, "name", name);
            Attribute(xml, "value", value);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, RecordingInfo info, Case testCase)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", testCase.Name);
        Attribute(xml, "classname", $"tcpcapture.{SuiteName(info)}");
        Attribute(xml, "time", "0");
        if (testCase.Outcome != Outcome.Held)
        {
            xml.WriteStartElement("failure");
            Attribute(xml, "message", $"{testCase.Outcome.ToText()}: {testCase.Because}");
            Attribute(xml, "type", testCase.Outcome == Outcome.Broken ? "broken" : "cannot-tell");
            xml.WriteString(Legal(testCase.Details));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static string SuiteName(RecordingInfo info) => info.Scenario.Length > 0 ? info.Scenario : "recording";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Legal(value));

    private static string Legal(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var isLegal = !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value);
            clean.Append(isLegal ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }

    private sealed record Case(string Name, Outcome Outcome, string Because, string Details);
}
