using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>Prints findings as a ladder does: <c>• connection 1, event 41: The client closed first, then the server.</c></summary>
// Lines are folded to the width; control characters are replaced.
internal sealed class FindingPrinter(LadderPage page)
{
    public void Print(Finding finding) => Print(finding.Connection?.Number, finding.Event, finding.Text);

    // connection: the number of its connection; null for the whole recording. evidence: the number of the event it is based on; 0
    // for none.
    public void Print(int? connection, long evidence, string? text)
    {
        var about = connection is { } number ? string.Create(CultureInfo.InvariantCulture, $"connection {number}") : "";
        var basis = evidence == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"event {evidence}");
        var where = about.Length > 0 && basis.Length > 0 ? $"{about}, {basis}" : about + basis;
        var line = where.Length > 0 && !string.IsNullOrEmpty(text) ? $"{where}: {text}" : where + text;
        page.Across(PlainText.Of(line), painted => painted, "• ", "  ");
    }
}
