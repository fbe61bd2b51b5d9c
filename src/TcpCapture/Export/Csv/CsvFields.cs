using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using TcpCapture.Model;

namespace TcpCapture.Export.Csv;

/// <summary>The rules of all CSV files: line feeds, no formulas that a spreadsheet would run, empty for unknown.</summary>
internal static partial class CsvFields
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create(";\t\r\n\uFF1D\uFF0B\uFF0D\uFF20");

    /// <summary>Process names and arguments are untrusted: a field that looks like a formula gets an apostrophe in front.</summary>
    public static CsvWriter Create(Stream stream) =>
        CsvWriter.Create(
            stream,
            CsvWriterOptions.Default with { NewLine = "\n", Injection = CsvInjection.Escape, InjectionCharacters = "=+-@\t\r\n" },
            true);

    /// <summary>Writes untrusted text.</summary>
    // A spreadsheet that separates cells by semicolons ignores quotes within a line, so a formula after a semicolon or a line feed
    // also gets an apostrophe. So does a full-width sign, which East Asian spreadsheets read as the narrow one.
    public static void WriteText(this CsvWriter csv, string text) =>
        csv.WriteField(text.AsSpan().ContainsAny(Suspicious) ? FormulaBegin().Replace(text, "$0'") : text);

    /// <summary>The bytes that <see cref="WriteText"/> writes.</summary>
    public static byte[] Escape(string text)
    {
        using var stream = new MemoryStream();
        using (var csv = Create(stream))
        {
            csv.WriteText(text);
            csv.EndRecord();
        }

        return stream.ToArray()[..^1]; // without the line feed
    }

    public static void WriteColumns(this CsvWriter csv, string columns)
    {
        foreach (var column in columns.Split(',')) csv.WriteField(column);
        csv.EndRecord();
    }

    public static void WriteEmpty(this CsvWriter csv, int count = 1)
    {
        for (var i = 0; i < count; i++) csv.WriteField("");
    }

    public static void WriteTime(this CsvWriter csv, Timestamp? time) => csv.WriteField(time?.ToString() ?? "");

    public static void WriteSeconds(this CsvWriter csv, long nanoseconds)
    {
        // A decimal with scale 9 gives the same as a division and costs less.
        var absolute = nanoseconds < 0 ? 0 - (ulong)nanoseconds : (ulong)nanoseconds;
        csv.WriteField(new decimal((int)absolute, (int)(absolute >> 32), 0, nanoseconds < 0, 9), "F9");
    }

    /// <summary>Writes the number of an event or a frame; empty for 0.</summary>
    public static void WriteReference(this CsvWriter csv, long number) =>
        csv.WriteField(number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture));

    public static void WriteState(this CsvWriter csv, TcpState? state) => csv.WriteField(state?.ToRfcName() ?? "");

    /// <summary>The text before a formula that <see cref="CsvWriter"/> does not detect. Matches in linear time.</summary>
    [GeneratedRegex("^(?=[\uFF1D\uFF0B\uFF0D\uFF20])|[;\t\r\n][ \"]*(?=[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20])")]
    private static partial Regex FormulaBegin();
}
