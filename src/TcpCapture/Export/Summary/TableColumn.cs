using System.Globalization;

namespace TcpCapture.Export.Summary;

/// <summary>A column of the table of connections.</summary>
/// <param name="Head">What stands above it.</param>
/// <param name="Rank">0 for those that are always there; the higher, the sooner it goes.</param>
/// <param name="IsRight">It ends at its right, as numbers do.</param>
/// <param name="Text">What stands in it.</param>
internal sealed record TableColumn(string Head, int Rank, bool IsRight, Func<Connection, string> Text)
{
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Seconds with milliseconds; of a capture of hours the fraction goes.</summary>
    public static string Seconds(long nanoseconds) => (nanoseconds / 1e9).ToString(nanoseconds < 10_000_000_000_000 ? "0.000" : "0", CultureInfo.InvariantCulture);

    /// <summary>The text, or its beginning and an ellipsis.</summary>
    public static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";
}
