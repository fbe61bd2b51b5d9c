using System.Globalization;
using TcpCapture.Findings;
using TcpCapture.Model;

namespace TcpCapture.Export.Text;

/// <summary>What became of a segment between two hosts, in words.</summary>
internal static class PassageText
{
    /// <summary>What became of the event's segment, for where there is little room; null if there is nothing to say.</summary>
    public static string? Short(in TimelineEvent e) => e.Passage is { Arrival: { } arrival } passage
        ? $"took {Duration.ToText(arrival - e.Time)}{ShortError(passage)}{(passage.MissingBytes > 0 ? $", {Part(e, passage)}" : "")}"
        : Whole(e);

    /// <summary>The same, to the ns and with its frame.</summary>
    public static string? Whole(in TimelineEvent e) => e.Passage switch
    {
        { Kind: PassageKind.Unsent } => "not seen to be sent by the peer's host: made on the way, or missed by the capture there",
        { MayHaveBeenMissed: true } => "not seen to arrive, where the capture missed frames",
        { IsLost: true } => "never arrived",
        { Arrival: { } arrival } passage => string.Create(CultureInfo.InvariantCulture,
            $"{(passage.MissingBytes > 0 ? Part(e, passage) + ": " : "")}arrived after {(arrival - e.Time) / 1e9:F9} s{Error(passage)} {(passage.IsInPieces ? "in other pieces, the last" : "as")} frame {passage.ArrivalFrame}"),
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
