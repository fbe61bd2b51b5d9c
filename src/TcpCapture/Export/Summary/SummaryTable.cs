using System.Globalization;
using TcpCapture.Export.Ladder;
using TcpCapture.Model;

namespace TcpCapture.Export.Summary;

/// <summary>
/// A table of connections. Columns come in the order of their worth until the width is used up; what is left over goes to the last
/// one, how the connection ended.
/// </summary>
internal sealed class SummaryTable(LadderPage page, LadderPaint paint, Timestamp start)
{
    private const string Between = "  ";
    private const int LeastOfEnding = 16;
    private const int LongestHistory = 16;
    private const int LongestEndpoint = 24;
    private const int HighestRank = 6;
    private const int WorthMoreThanAddresses = 3;

    /// <summary>The columns as they stand; the lower the rank, the sooner there is room for it.</summary>
    private readonly TableColumn[] _columns =
    [
        new("con", 0, true, c => TableColumn.Number(c.Number)),
        new("client", 0, false, c => c.Client.Address.ToString()),
        new("server", 0, false, c => c.Server.Address.ToString()),
        new("start", 5, true, c => TableColumn.Seconds(c.Start - start)),
        new("length", 4, true, c => TableText.Duration(Math.Max(0, c.End - c.Start))),
        new("state", 1, false, c => c.ConnState.ToText()),
        new("history", 6, false, c => TableColumn.Cut(c.History, LongestHistory)),
        new("sent →", 3, true, c => TableText.Bytes(c.Client.Bytes)),
        new("← sent", 3, true, c => TableText.Bytes(c.Server.Bytes)),
        new("again", 2, true, c => TableColumn.Number(c.Client.Retransmissions + c.Server.Retransmissions)),
        new("how it ended", 0, false, c => c.Diagnosis),
    ];

    /// <summary>Prints the heads and a line for each.</summary>
    public void Print(IReadOnlyList<Connection> connections)
    {
        var texts = new string[connections.Count][];
        for (var row = 0; row < texts.Length; row++) texts[row] = [.. _columns.Select(column => column.Text(connections[row]))];
        var widths = new int[_columns.Length];
        for (var i = 0; i < widths.Length; i++) widths[i] = texts.Max(row => row[i].Length) is var most && most > _columns[i].Head.Length ? most : _columns[i].Head.Length;
        Fit(widths);
        Line([.. _columns.Select(column => column.Head)], widths, paint.Faint);
        for (var row = 0; row < texts.Length; row++) Line(texts[row], widths, Paint(connections[row]));
    }

    /// <summary>Takes columns away, those of least worth first, until the ending has room; long addresses are cut before the last of them go.</summary>
    private void Fit(int[] widths)
    {
        var ending = widths.Length - 1;
        var wanted = widths[ending];
        for (var rank = HighestRank; rank > 0 && Rest(widths) < wanted; rank--)
        {
            // The last columns to go stay if addresses and the ending can be cut to a readable length instead.
            if (rank <= WorthMoreThanAddresses)
            {
                for (var i = 0; i < ending && Rest(widths) < LeastOfEnding; i++) widths[i] = Math.Min(widths[i], LongestEndpoint);
                if (Rest(widths) >= LeastOfEnding) break;
            }

            for (var i = 0; i < ending; i++)
                if (_columns[i].Rank == rank) widths[i] = 0;
        }

        widths[ending] = Math.Max(LeastOfEnding, Math.Min(wanted, Rest(widths)));
    }

    /// <summary>What the columns leave for the last one.</summary>
    private int Rest(int[] widths) => page.Width - widths[..^1].Sum(width => width == 0 ? 0 : width + Between.Length);

    private void Line(string[] texts, int[] widths, Func<string, string> paintLine)
    {
        var cells = new List<string>(widths.Length);
        for (var i = 0; i < widths.Length; i++)
        {
            if (widths[i] == 0) continue;
            var text = TableColumn.Cut(texts[i], widths[i]);
            cells.Add(_columns[i].IsRight ? text.PadLeft(widths[i]) : text.PadRight(widths[i]));
        }

        page.Whole(paintLine(PlainText.Of(string.Join(Between, cells).TrimEnd())));
    }

    private Func<string, string> Paint(Connection connection)
    {
        if (connection.Reset is not null && connection.ConnState != ConnState.SF) return paint.Failure;
        return connection.ConnState == ConnState.S0 || connection.Client.Retransmissions + connection.Server.Retransmissions > 0
            ? paint.Warning
            : line => line;
    }
}

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
