using System.Globalization;

namespace TcpCapture.Export.Text;

/// <summary>How parts of an event are worded, the same in every output.</summary>
internal static class EventText
{
    /// <summary>The call as a person would write it; its second row, if it has one, says so.</summary>
    public static string Call(in TimelineEvent e) => e.Call switch
    {
        null => "",
        { } call when e.IsResumed => call.Text + " resumed",
        { } call => call.Text,
    };

    /// <summary>What it returned: a number, or the errno's name; empty while it has not.</summary>
    public static string Result(in TimelineEvent e) => e.Call switch
    {
        null or { End: null } => "",
        { Error: { } error } => error,
        { Result: { } result } => result.ToString(CultureInfo.InvariantCulture),
        _ => "",
    };
}
