using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using TcpCapture.Model;

namespace TcpCapture.Export.Csv;

/// <summary>How the CSV files write what all of them have: line feeds, nothing a spreadsheet would run, empty for unknown.</summary>
internal static partial class CsvFields
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create(";\t\r\n\uFF1D\uFF0B\uFF0D\uFF20");

    /// <summary>Process names and arguments are text that others choose: fields that look like formulas get an apostrophe in front.</summary>
    public static CsvWriter Create(Stream stream) =>
        CsvWriter.Create(
            stream,
            CsvWriterOptions.Default with { NewLine = "\n", Injection = CsvInjection.Escape, InjectionCharacters = "=+-@\t\r\n" },
            true);

    /// <summary>
    /// Text that may come from outside. Where a spreadsheet separates by semicolons (as many countries' do) quotes within a line
    /// mean nothing, and what follows a semicolon or a line feed begins a cell: a formula there gets its apostrophe too. So does
    /// one that begins with a full-width sign, which East Asian spreadsheets take for the narrow one.
    /// </summary>
    public static void WriteText(this CsvWriter csv, string text) =>
        csv.WriteField(text.AsSpan().ContainsAny(Suspicious) ? FormulaBegin().Replace(text, "$0'") : text);

    /// <summary>What <see cref="WriteText"/> writes, as bytes: for rows that are written otherwise.</summary>
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

    /// <summary>Nanoseconds as seconds with nine decimals.</summary>
    public static void WriteSeconds(this CsvWriter csv, long nanoseconds)
    {
        // The decimal point is put in its place, which costs less than a division and gives the same.
        var absolute = nanoseconds < 0 ? 0 - (ulong)nanoseconds : (ulong)nanoseconds;
        csv.WriteField(new decimal((int)absolute, (int)(absolute >> 32), 0, nanoseconds < 0, 9), "F9");
    }

    public static void WriteNumber(this CsvWriter csv, double? value, string format)
    {
        if (value is { } number && double.IsFinite(number)) csv.WriteField((decimal)number, format);
        else csv.WriteEmpty();
    }

    /// <summary>A number of an event or a frame; empty for 0, which stands for none.</summary>
    public static void WriteReference(this CsvWriter csv, long number) =>
        csv.WriteField(number == 0 ? "" : number.ToString(CultureInfo.InvariantCulture));

    public static void WriteState(this CsvWriter csv, TcpState? state) => csv.WriteField(state?.ToRfcName() ?? "");

    /// <summary>What stands before a formula that <see cref="CsvWriter"/> does not see; forward only, so that long text costs no more.</summary>
    [GeneratedRegex("^(?=[\uFF1D\uFF0B\uFF0D\uFF20])|[;\t\r\n][ \"]*(?=[=+\\-@\uFF1D\uFF0B\uFF0D\uFF20])")]
    private static partial Regex FormulaBegin();
}
