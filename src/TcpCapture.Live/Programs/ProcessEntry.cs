using System.Globalization;

namespace TcpCapture.Live.Programs;

/// <summary>A process as the kernel lists it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Parent">Its parent's number; 0 for the first.</param>
/// <param name="HasEnded">It has ended, and only its parent has not asked how.</param>
/// <param name="Start">When it began, in clock ticks since the machine did: with the number, an identity.</param>
internal readonly record struct ProcessEntry(int Id, int Parent, bool HasEnded, ulong Start)
{
    private const int StateAt = 0; // of the fields behind the name
    private const int ParentAt = 1;
    private const int StartAt = 19;

    /// <summary>Reads the text of /proc/PID/stat. The name in it is anybody's choice, parentheses and line breaks included.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProcessEntry entry)
    {
        entry = default;
        var nameAt = text.IndexOf(" (");
        var nameEnds = text.LastIndexOf(')');
        if (nameAt < 0 || nameEnds < nameAt || !int.TryParse(text[..nameAt], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
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
