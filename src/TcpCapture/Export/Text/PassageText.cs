using System.Globalization;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Export.Text;

internal static class PassageText
{
    /// <summary>A short text for the ladder; null for nothing.</summary>
    public static string? Short(in TimelineEvent e) => e.Passage is { Arrival: { } arrival } passage
        ? $"took {Duration.ToText(arrival - e.Time)}{ShortError(passage)}{(passage.MissingBytes > 0 ? $", {Part(e, passage)}" : "")}"
        : Whole(e);

    /// <summary>The same with nanoseconds and the frame at the other host.</summary>
    public static string? Whole(in TimelineEvent e) => e.Passage switch
    {
        { Kind: PassageKind.Unsent } => "not captured at the peer's host: created on the way, or missed by the capture there",
        { MayHaveBeenMissed: true } => "arrival not seen; the capture there missed frames",
        { IsLost: true } => "never arrived",
        { Arrival: { } arrival } passage => (passage.MissingBytes > 0 ? Part(e, passage) + ": " : "")
            + string.Create(CultureInfo.InvariantCulture, $"arrived after {(arrival - e.Time) / 1e9:F9} s{Error(passage)} ")
            + $"{(passage.IsInPieces ? "in other pieces, the last" : "as")} frame {passage.ArrivalFrame}",
        _ => null,
    };

    private static string Part(in TimelineEvent e, FramePassage passage) =>
        string.Create(CultureInfo.InvariantCulture, $"{passage.MissingBytes} of {e.Segment.Length} bytes never arrived");

    private static string Error(FramePassage passage) => passage.ArrivalErrorNanoseconds is { } error
        ? string.Create(CultureInfo.InvariantCulture, $" ± {error / 1e9:F9} s")
        : ", or more";

    private static string ShortError(FramePassage passage) => passage.ArrivalErrorNanoseconds is { } error
        ? $" ±{Duration.ToText(error).Replace(" ", "", StringComparison.Ordinal)}"
        : " or more";
}
