using System.Globalization;
using TcpCapture.Model;

namespace TcpCapture.Correlation;

/// <summary>What became of a segment between the two hosts, in words.</summary>
internal static class PassageText
{
    /// <summary>Null where only one host saw it and nothing else was to be expected.</summary>
    public static string? Of(FramePassage? passage, Timestamp sent) => passage switch
    {
        { Kind: PassageKind.Unsent } => "not seen to be sent by the peer's host: made on the way, or missed by the capture there",
        { MayHaveBeenMissed: true } => "not seen to arrive, where the capture missed frames",
        { IsLost: true } => "never arrived",
        { Kind: PassageKind.Sent, Arrival: { } arrival } => string.Create(CultureInfo.InvariantCulture,
            $"arrived after {(arrival - sent) / 1e9:F9} s{Error(passage)} {(passage.IsInPieces ? "in other pieces, the last" : "as")} frame {passage.ArrivalFrame}"),
        _ => null,
    };

    private static string Error(FramePassage passage) => passage.ArrivalErrorNanoseconds is { } error
        ? string.Create(CultureInfo.InvariantCulture, $" ± {error / 1e9:F9} s")
        : ", or more";
}
