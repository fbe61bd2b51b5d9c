using System.Security.Cryptography;
using System.Text;

namespace TcpCapture.Export.Report;

/// <summary>The page around the data, joined from the files in the folder Page.</summary>
// Its content security policy allows only its own script and style, by their hashes: the page sends no request, and injected text
// cannot run.
internal static class ReportPage
{
    private const string DataSlot = "{{data}}";

    private static readonly string[] Styles = ["page.css", "ladder.css", "figures.css", "narrow.css", "print.css"];

    private static readonly string[] Scripts =
    [
        "data.js", "format.js", "words.js", "scales.js", "layout.js", "rows.js", "ladder.js", "details.js", "diagram.js",
        "syn-chart.js", "overview.js", "connections.js", "printing.js", "interaction.js", "start.js",
    ];

    private static readonly Lazy<(ReadOnlyMemory<byte> Beginning, ReadOnlyMemory<byte> Ending)> Page = new(Make);

    public static ReadOnlyMemory<byte> Beginning => Page.Value.Beginning;
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

    /// <summary>Reads a file with line feeds: a browser hashes the text with the line ends it has after parsing.</summary>
    private static string Read(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The library was built without its file {name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
