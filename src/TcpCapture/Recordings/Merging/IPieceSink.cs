namespace TcpCapture.Recordings.Merging;

/// <summary>Takes what is found of segments that were cut or joined on the way.</summary>
internal interface IPieceSink
{
    /// <summary>A segment that arrived holds bytes of one that was sent.</summary>
    /// <param name="sent">The one that was sent.</param>
    /// <param name="arrived">The one that arrived.</param>
    /// <param name="isAccountedFor">True if all its bytes are now known to have been sent.</param>
    void OnPiece(PendingSegments.Entry sent, PendingSegments.Entry arrived, bool isAccountedFor);

    /// <summary>The last byte of a segment has arrived, or the last that ever did.</summary>
    /// <param name="sent">The segment.</param>
    /// <param name="last">What brought it.</param>
    /// <param name="missing">How many of its bytes never arrived.</param>
    void OnArrived(PendingSegments.Entry sent, PendingSegments.Entry last, int missing);
}
