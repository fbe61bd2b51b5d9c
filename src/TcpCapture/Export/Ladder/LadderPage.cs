using System.Globalization;

namespace TcpCapture.Export.Ladder;

/// <summary>Lays out the lines of a ladder in columns.</summary>
/// <remarks>
/// <code>
/// event   seconds con               client             server
///    17  0.119010   1           SYN_SENT ● │──── S ───▶│ ○ SYN_RECV
///                                          │ a note, beneath
/// </code>
/// </remarks>
internal sealed class LadderPage
{
    // Event numbers of capture files are longer: they follow from frame numbers.
    private const int NumberWidth = 5;
    private const int CaptureNumberWidth = 9;

    private const int TimeAndConnectionWidth = 13;
    private const int Decimals = 6;
    private const int Frame = 5; // lifelines and the blanks around them
    private const int WideFrom = 120;
    private const int WideArrow = 38;

    private readonly TextWriter _out;
    private readonly LadderPaint _paint;
    private readonly int _numberWidth;

    public LadderPage(TextWriter output, LadderPaint paint, int width, bool isOfCapture = false)
    {
        _out = output;
        _paint = paint;
        _numberWidth = isOfCapture ? CaptureNumberWidth : NumberWidth;
        Width = width;
        ArrowWidth = width >= WideFrom ? WideArrow : Math.Min(21, 17 + (width - 80) / 5);
        SideWidth = (width - PrefixWidth - Frame - ArrowWidth) / 2;
    }

    public static LadderPage Of(TextWriter output, LadderOptions options, bool isOfCapture = false) =>
        new(output, new LadderPaint(options.Colour), Math.Clamp(options.Width, 80, 160), isOfCapture);

    public int Width { get; }
    public int ArrowWidth { get; } // the width between the lifelines
    public int SideWidth { get; } // the width on each side of the lifelines

    /// <summary>True if arrows have room for sequence numbers.</summary>
    public bool IsWide => ArrowWidth == WideArrow;

    /// <summary>The width of notes beneath a line.</summary>
    public int BeneathWidth => ArrowWidth + SideWidth + 1;

    private int PrefixWidth => _numberWidth + TimeAndConnectionWidth;

    public void Heads(string server)
    {
        var left = $"{"event".PadLeft(_numberWidth)}   seconds con{" client".PadLeft(SideWidth)}{new string(' ', ArrowWidth + Frame - 1)}";
        foreach (var line in LadderRow.Wrap(server, SideWidth))
        {
            _out.WriteLine(_paint.Bold(left + line));
            left = new string(' ', left.Length);
        }
    }

    // number: the event's number; 0 for a line that continues the one before. connection: the connection's number; 0 for none.
    // client: text on the client's side. server: text on the server's side.
    public void Line(long number, long? nanoseconds, int connection, LadderText client, LadderText arrow, LadderText server)
    {
        var between = arrow.IsEmpty ? new string(' ', ArrowWidth) : arrow.Painted;
        _out.WriteLine($"{Prefix(number, nanoseconds, connection)} {client.PadLeft(SideWidth)} │{between}│ {server.Painted}".TrimEnd());
    }

    /// <summary>Writes a note beneath a line, from the client's lifeline to the end of the page.</summary>
    public void Beneath(string text, Func<string, string> paint)
    {
        foreach (var line in LadderRow.Wrap(text, BeneathWidth))
            _out.WriteLine($"{new string(' ', PrefixWidth + SideWidth + 2)}│ {paint(line)}");
    }

    /// <summary>Writes text across the page, folded to its width.</summary>
    public void Across(string text, Func<string, string> paint, string first = "", string next = "")
    {
        foreach (var line in LadderRow.Wrap(text, Width - first.Length))
        {
            _out.WriteLine(first + paint(line));
            first = next;
        }
    }

    /// <summary>Writes a line that already fits.</summary>
    public void Whole(string line) => _out.WriteLine(line);

    public void Blank() => _out.WriteLine();

    /// <summary>Number, time and connection; the time loses decimals if they would be too long.</summary>
    private string Prefix(long number, long? nanoseconds, int connection)
    {
        if (number == 0) return new string(' ', PrefixWidth);
        var left = number.ToString(CultureInfo.InvariantCulture).PadLeft(_numberWidth);
        var right = connection == 0 ? "   " : connection.ToString(CultureInfo.InvariantCulture).PadLeft(3);
        if (connection > 99) right = ' ' + right;
        var room = PrefixWidth - left.Length - right.Length;
        var time = (nanoseconds / 1e9)?.ToString($"F{Decimals}", CultureInfo.InvariantCulture) ?? "";
        var tooLong = time.Length + 1 - room;
        if (tooLong > 0) time = (nanoseconds / 1e9)?.ToString($"F{Math.Max(0, Decimals - tooLong)}", CultureInfo.InvariantCulture) ?? "";
        return _paint.Faint($"{left}{time.PadLeft(room)}") + right;
    }
}
