using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>What a recording may have missed: an unseen event may still have happened.</summary>
/// <param name="Segments">Why segments may be missing, as a clause; null if none are.</param>
/// <param name="States">Why segments or kernel events may be missing, as a clause; null if none are.</param>
internal readonly record struct Incompleteness(string? Segments, string? States)
{
    public static Incompleteness Of(in TimelineEnd end, long unreadable, string whole)
    {
        var segments = end switch
        {
            { CutOff: not null } or { End: null } => $"the {whole} was cut off",
            { Missing: { } missing } => PlainText.Of(missing.TrimEnd('.')),
            { End.DroppedByKernel: > 0 } => Frames(end.End.DroppedByKernel.Value, "the capture lost"),
            { End.DroppedByInterface: > 0 } => Frames(end.End.DroppedByInterface.Value, "the interface dropped"),
            { Late: 1 } => "1 observation was out of order",
            { Late: > 1 } => string.Create(CultureInfo.InvariantCulture, $"{end.Late} observations were out of order"),
            _ when unreadable > 0 => Frames(unreadable, "the decoder could not read"),
            _ when IsFailure(end.End) => $"the {whole} ended early ({PlainText.Of(end.End.Reason)})",
            _ => null,
        };
        var kernelEvents = end.End?.TraceOverruns is > 0 and var lost
            ? string.Create(CultureInfo.InvariantCulture, $"{lost} kernel {(lost == 1 ? "event was" : "events were")} lost") : null;
        return new Incompleteness(segments, segments ?? kernelEvents);
    }

    public string? Of(Basis basis) => basis switch
    {
        Basis.EverySegment => Segments,
        Basis.EveryState => States,
        _ => null,
    };

    /// <summary>An interrupted recording is as long as its user wanted; a failed one is not.</summary>
    private static bool IsFailure(RecordingEnd end) => end.Outcome is not (RecordingOutcome.Completed or RecordingOutcome.Interrupted);

    private static string Frames(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {count} {(count == 1 ? "frame" : "frames")}");
}
