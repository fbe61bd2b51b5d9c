using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Queries.Expectations;

/// <summary>What a recording missed, so that "it did not happen" cannot be concluded from "it was not seen".</summary>
/// <param name="Segments">Why segments may be missing, as a clause; null if none are.</param>
/// <param name="States">The same for segments or the kernel's reports.</param>
internal readonly record struct Incompleteness(string? Segments, string? States)
{
    /// <param name="end">How it ended.</param>
    /// <param name="unreadable">Frames that nobody could read.</param>
    /// <param name="whole">What it is: a recording, or a capture.</param>
    public static Incompleteness Of(in TimelineEnd end, long unreadable, string whole)
    {
        var segments = end switch
        {
            { CutOff: not null } or { End: null } => $"the {whole} was cut off",
            { Missing: { } missing } => PlainText.Of(missing.TrimEnd('.')),
            { End.DroppedByKernel: > 0 } => Frames(end.End.DroppedByKernel.Value, "the capture lost"),
            { End.DroppedByInterface: > 0 } => Frames(end.End.DroppedByInterface.Value, "the interface dropped"),
            { Late: > 0 } => string.Create(CultureInfo.InvariantCulture, $"{end.Late} observations came too late to be put in order"),
            _ when unreadable > 0 => Frames(unreadable, "nobody could read"),
            _ when IsFailure(end.End) => $"the {whole} ended early ({PlainText.Of(end.End.Reason)})",
            _ => null,
        };
        var reports = end.End?.TraceOverruns is > 0 and var lost
            ? string.Create(CultureInfo.InvariantCulture, $"{lost} of the kernel's reports were lost") : null;
        return new Incompleteness(segments, segments ?? reports);
    }

    public string? Of(Basis basis) => basis switch
    {
        Basis.EverySegment => Segments,
        Basis.EveryState => States,
        _ => null,
    };

    /// <summary>Who interrupts a recording knows that it is shorter; one that failed is not what was asked for.</summary>
    private static bool IsFailure(RecordingEnd end) => end.Outcome is not (RecordingOutcome.Completed or RecordingOutcome.Interrupted);

    private static string Frames(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {count} {(count == 1 ? "frame" : "frames")}");
}
