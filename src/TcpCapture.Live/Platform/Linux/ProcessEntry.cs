using System.Globalization;

namespace TcpCapture.Live.Platform.Linux;

/// <summary>An entry of /proc. A process without a parent has parent 0; a zombie has ended.</summary>
/// <remarks>The start, in clock ticks since boot, identifies the process together with its number.</remarks>
internal readonly record struct ProcessEntry(int Id, int Parent, bool HasEnded, ulong Start)
{
    private const int StateAt = 0; // index among the fields after the name
    private const int ParentAt = 1;
    private const int StartAt = 19;

    /// <summary>Reads a process; null if it has ended or is hidden (hidepid: another user's process).</summary>
    public static ProcessEntry? Read(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return TryParse(text, out var entry) ? entry : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Parses /proc/PID/stat. The process name in it may contain any characters, even parentheses and line breaks.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProcessEntry entry)
    {
        entry = default;
        var nameAt = text.IndexOf(" (");
        var nameEnds = text.LastIndexOf(')');
        if (nameAt < 0 || nameEnds < nameAt) return false;
        if (!int.TryParse(text[..nameAt], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
        var rest = text[(nameEnds + 1)..].Trim();
        var (index, parent, start, hasEnded) = (0, -1, 0ul, false);
        foreach (var range in rest.Split(' '))
        {
            var field = rest[range];
            if (index == StateAt) hasEnded = field is "Z" or "X";
            if (index == ParentAt && !int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out parent)) return false;
            if (index == StartAt)
            {
                if (!ulong.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out start)) return false;
                entry = new ProcessEntry(id, parent, hasEnded, start);
                return true;
            }

            index++;
        }

        return false;
    }
}
