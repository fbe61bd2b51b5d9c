using System.Globalization;

namespace TcpCapture.Export.Text;

/// <summary>Texts for the parts of an event, the same in every output.</summary>
internal static class EventText
{
    /// <summary>The two ends of an event, empty if unknown: an ICMP error goes from its sender to the end it is about.</summary>
    public static (string From, string To) Ends(in TimelineEvent e)
    {
        if (e.Icmp is { Error: var error })
            return (error.Sender.ToIPAddress().ToString(), e.Local?.ToString() ?? error.Recipient.ToIPAddress().ToString());
        var (from, to) = e.IsReadable ? (e.Segment.Source, e.Segment.Destination) : (e.Local, e.Remote);
        return (from?.ToString() ?? "", to?.ToString() ?? "");
    }

    /// <summary>The call as in source code; its second row has "resumed".</summary>
    public static string Call(in TimelineEvent e) => e.Call switch
    {
        null => "",
        { } call when e.IsResumed => call.Text + " resumed",
        { } call => call.Text,
    };

    /// <summary>The returned number or the name of the errno; empty before the call returns.</summary>
    public static string Result(in TimelineEvent e) => e.Call switch
    {
        null or { End: null } => "",
        { Error: { } error } => error,
        { Result: { } result } => result.ToString(CultureInfo.InvariantCulture),
        _ => "",
    };
}

/// <summary>The note of an event: a segment's marks, its note, and its passage between two hosts.</summary>
internal static class NoteText
{
    /// <summary>Everything, with the names of marks for scripts; null for nothing.</summary>
    public static string? Whole(in TimelineEvent e) => Join(MarkText.Names(e.Marks), Join(e.Note, PassageText.Whole(e)));

    /// <summary>The same with a short passage; null for nothing.</summary>
    public static string? Short(in TimelineEvent e) => Join(MarkText.Names(e.Marks), Join(e.Note, PassageText.Short(e)));

    private static string? Join(string? first, string? second) => first is null || second is null ? first ?? second : $"{first}; {second}";
}
