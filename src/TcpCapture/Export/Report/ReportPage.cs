using System.Security.Cryptography;
using System.Text;

namespace TcpCapture.Export.Report;

/// <summary>The page around the data: one document made of the files beside this one, which are kept apart by purpose.</summary>
/// <remarks>
/// Its content security policy allows this very script and style, by their hashes, and nothing else: no request leaves the
/// page, and a text that got out of its place could still not run.
/// </remarks>
internal static class ReportPage
{
    private const string DataSlot = "{{data}}";

    /// <summary>In the order they are put together.</summary>
    private static readonly string[] Styles = ["page.css", "ladder.css", "figures.css", "narrow.css", "print.css"];

    private static readonly string[] Scripts =
    [
        "data.js", "format.js", "words.js", "scales.js", "layout.js", "rows.js", "ladder.js", "details.js", "diagram.js",
        "syn-chart.js", "overview.js", "connections.js", "printing.js", "interaction.js", "start.js",
    ];

    private static readonly Lazy<(ReadOnlyMemory<byte> Beginning, ReadOnlyMemory<byte> Ending)> Page = new(Make);

    /// <summary>Everything before the data.</summary>
    public static ReadOnlyMemory<byte> Beginning => Page.Value.Beginning;

    /// <summary>Everything after the data.</summary>
    public static ReadOnlyMemory<byte> Ending => Page.Value.Ending;

    private static (ReadOnlyMemory<byte>, ReadOnlyMemory<byte>) Make()
    {
        var style = Join(Styles);
        var script = Join(Scripts);
        var page = Read("page.html")
            .Replace("{{style-hash}}", Hash(style), StringComparison.Ordinal)
            .Replace("{{script-hash}}", Hash(script), StringComparison.Ordinal)
            .Replace("{{style}}", style, StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal);
        var slot = page.IndexOf(DataSlot, StringComparison.Ordinal);
        return (Encoding.UTF8.GetBytes(page[..slot]), Encoding.UTF8.GetBytes(page[(slot + DataSlot.Length)..]));
    }

    private static string Join(string[] names) => "\n" + string.Concat(names.Select(Read));

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>A browser hashes the text with the line ends it has after parsing: the same here, wherever it was checked out.</summary>
    private static string Read(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The library was built without its file {name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
