using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>An event of the timeline that a verdict rests on.</summary>
/// <param name="Number">Its number in timeline.csv.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Elapsed">Nanoseconds since the recording's start.</param>
/// <param name="Text">What happened, in a few words.</param>
public readonly record struct VerdictEvent(long Number, Timestamp Time, long Elapsed, string Text)
{
    /// <summary>Describes a segment or a change of state of an end. It allocates: only what is kept is described.</summary>
    internal static VerdictEvent Of(in TimelineEvent e, Timestamp start)
    {
        var who = e.Side!.Value.ToText();
        var text = e.Kind == EventKind.State
            ? $"{who} {e.OldState.ToRfcName()} → {e.NewState.ToRfcName()} ({e.Evidence.ToText()})"
            : string.Create(CultureInfo.InvariantCulture,
                $"{who} {e.Segment.Flags.ToTcpdump()}{(e.Segment.Length > 0 ? $", {e.Segment.Length} bytes" : "")}{(e.IsRetransmission ? ", again" : "")}");
        return new VerdictEvent(e.Number, e.Time, e.Time - start, text);
    }
}
