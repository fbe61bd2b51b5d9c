using System.Globalization;
using TcpCapture.Export.Ladder;
using TcpCapture.Model;

namespace TcpCapture.Export.Summary;

/// <summary>Prints a table of connections.</summary>
// Columns are chosen by rank until the page is full; the last column, how the connection ended, takes the remaining width.
internal sealed class SummaryTable(LadderPage page, LadderPaint paint, Timestamp start)
{
    private const string Between = "  ";
    private const int MinEndingWidth = 16;
    private const int MaxHistoryWidth = 16;
    private const int MaxEndpointWidth = 24;
    private const int MaxRank = 6;
    private const int RankAboveLongAddresses = 3;

    private readonly TableColumn[] _columns =
    [
        new("con", 0, true, c => TableColumn.Number(c.Number)),
        new("client", 0, false, c => c.Client.Address.ToString()),
        new("server", 0, false, c => c.Server.Address.ToString()),
        new("start", 5, true, c => c.HasTimes ? TableColumn.Seconds(c.Start - start) : ""),
        new("length", 4, true, c => c.DurationNanoseconds is { } length ? TableText.Duration(length) : ""),
        new("state", 1, false, c => c.ConnState.ToText()),
        new("history", 6, false, c => TableColumn.Cut(c.History, MaxHistoryWidth)),
        new("sent →", 3, true, c => TableText.Bytes(c.Client.Bytes)),
        new("← sent", 3, true, c => TableText.Bytes(c.Server.Bytes)),
        new("retrans", 2, true, c => TableColumn.Number(c.Client.Retransmissions + c.Server.Retransmissions)),
        new("how it ended", 0, false, c => c.Diagnosis.Summary),
    ];

    public void Print(IReadOnlyList<Connection> connections)
    {
        var texts = new string[connections.Count][];
        for (var row = 0; row < texts.Length; row++) texts[row] = [.. _columns.Select(column => column.Text(connections[row]))];
        var widths = new int[_columns.Length];
        for (var i = 0; i < widths.Length; i++)
        {
            var widest = texts.Max(row => row[i].Length);
            widths[i] = widest == 0 ? 0 : Math.Max(widest, _columns[i].Head.Length);
        }

        Fit(widths);
        Line([.. _columns.Select(column => column.Head)], widths, paint.Faint);
        for (var row = 0; row < texts.Length; row++) Line(texts[row], widths, Paint(connections[row]));
    }

    /// <summary>Removes columns, highest rank first, until the last column fits; cuts long addresses before removing low ranks.</summary>
    private void Fit(int[] widths)
    {
        var ending = widths.Length - 1;
        var wanted = widths[ending];
        for (var rank = MaxRank; rank > 0 && Rest(widths) < wanted; rank--)
        {
            // Columns of low rank stay if it is enough to cut the addresses and the last column to a readable length.
            if (rank <= RankAboveLongAddresses)
            {
                for (var i = 0; i < ending && Rest(widths) < MinEndingWidth; i++) widths[i] = Math.Min(widths[i], MaxEndpointWidth);
                if (Rest(widths) >= MinEndingWidth) break;
            }

            for (var i = 0; i < ending; i++)
                if (_columns[i].Rank == rank) widths[i] = 0;
        }

        widths[ending] = Math.Max(MinEndingWidth, Math.Min(wanted, Rest(widths)));
    }

    /// <summary>The width left for the last column.</summary>
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
        if (connection.Diagnosis.IsFailure) return paint.Failure;
        return connection.Diagnosis.Cause == Cause.Probe || connection.Client.Retransmissions + connection.Server.Retransmissions > 0
            ? paint.Warning
            : line => line;
    }
}

// Rank: 0 for a column that is always shown; columns of higher rank are removed first. IsRight: the text is aligned to the right,
// as numbers are.
internal sealed record TableColumn(string Head, int Rank, bool IsRight, Func<Connection, string> Text)
{
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Seconds with milliseconds; whole seconds from 10,000 s.</summary>
    public static string Seconds(long nanoseconds) =>
        (nanoseconds / 1e9).ToString(nanoseconds < 10_000_000_000_000 ? "0.000" : "0", CultureInfo.InvariantCulture);

    public static string Cut(string text, int width) => text.Length <= width ? text : text[..(width - 1)] + "…";
}
