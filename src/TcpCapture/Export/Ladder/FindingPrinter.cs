using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>
/// Prints findings as they stand beneath a ladder: <c>• connection 1, event 41: The client closed first, then the server.</c>,
/// folded to the width, control characters replaced.
/// </summary>
internal sealed class FindingPrinter
{
    private readonly LadderPage _page;

    /// <summary>Prints into <paramref name="output"/>, which stays open.</summary>
    /// <param name="output">Where to print; what it throws comes through.</param>
    /// <param name="options">How wide; findings have no colour.</param>
    public FindingPrinter(TextWriter output, LadderOptions options)
        : this(LadderPage.Of(output, options))
    {
    }

    internal FindingPrinter(LadderPage page) => _page = page;

    /// <summary>Prints one.</summary>
    public void Print(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        Print(finding.Connection?.Number, finding.Event, finding.Text);
    }

    /// <summary>Prints one.</summary>
    /// <param name="connection">The number of the connection it is about; null for the recording as a whole.</param>
    /// <param name="restsOn">The number of the event it rests on; 0 for none in particular.</param>
    /// <param name="text">What it says.</param>
    internal void Print(int? connection, long restsOn, string? text)
    {
        var about = connection is { } number ? string.Create(CultureInfo.InvariantCulture, $"connection {number}") : "";
        var rests = restsOn == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"event {restsOn}");
        var where = about.Length > 0 && rests.Length > 0 ? $"{about}, {rests}" : about + rests;
        _page.Across(PlainText.Of(where.Length > 0 && !string.IsNullOrEmpty(text) ? $"{where}: {text}" : where + text), line => line, "• ", "  ");
    }
}
