using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>The relation of the two clocks over time: pieces with a steady offset and drift, each bounded by causality.</summary>
// A segment that contradicts the current piece starts a new one: a clock was set or, over hours, its rate was corrected.
// After a step, segments of one direction seem slower, until a segment of the other direction contradicts the piece. So the
// segments since the last one of that direction also belong to the new piece.
internal sealed class ClockBounds
{
    private const int MaxRun = 4096;

    /// <summary>Clocks disciplined for weeks change their rate a few thousand times; invalid times change at every segment.</summary>
    private const int MaxPieces = 100_000;
    private const int MaxChanges = 50; // more would make the header and the findings unreadable

    private readonly List<ClockPiece> _pieces = [];
    private readonly Queue<ClockConstraint> _run = new();

    /// <summary>The pieces, in the order of the second recording.</summary>
    public IReadOnlyList<ClockPiece> Pieces => _pieces;

    /// <summary>Adds a segment, in the order of the second recording.</summary>
    /// <exception cref="TcpCaptureException">The times contradict each other too often.</exception>
    public void Add(in ClockConstraint constraint)
    {
        if (_pieces.Count == 0 || !_pieces[^1].TryAdd(constraint)) Begin(constraint);
        if (_run.TryPeek(out var other) && other.IsUpper != constraint.IsUpper) _run.Clear();
        if (_run.Count == MaxRun) _run.Dequeue();
        _run.Enqueue(constraint);
    }

    /// <summary>The offset at a frame and time of the second recording, and its maximum error.</summary>
    public (long Offset, long? Error) OffsetAt(long frame, long time) => PieceAt(frame).OffsetAt(time);

    /// <summary>Summarises the relation, after all segments were added.</summary>
    public ClockRelation Summarise(long segments)
    {
        var best = _pieces.Where(p => p.IsBounded).OrderBy(p => WidthAt(p, Narrowest(p))).First();
        var time = Narrowest(best);
        var (offset, error) = best.OffsetAt(time);
        var (slowest, fastest) = _pieces.Where(p => p.IsBounded).MaxBy(p => p.LastTime - p.FromTime)!.Polygon.DriftPpm();
        return new ClockRelation
        {
            OffsetNanoseconds = offset,
            ErrorNanoseconds = error ?? 0,
            Time = new Timestamp(time - offset),
            DriftPpm = (slowest + fastest) / 2,
            DriftErrorPpm = (fastest - slowest) / 2,
            Segments = segments,
            Changes = [.. _pieces.Zip(_pieces.Skip(1), Change).Take(MaxChanges)],
            FurtherChanges = Math.Max(0, _pieces.Count - 1 - MaxChanges),
        };
    }

    private void Begin(in ClockConstraint constraint)
    {
        if (_pieces.Count == MaxPieces)
        {
            throw new MergeException(
                $"The two hosts' clocks changed more than {MaxPieces} times, so their times cannot be compared. "
                + "One of the recordings is damaged.");
        }

        if (_run.TryPeek(out var first) && first.IsUpper != constraint.IsUpper)
        {
            var piece = new ClockPiece(first.Frame, first.Time, first.Difference);
            var fits = true;
            foreach (var earlier in _run) fits &= piece.TryAdd(earlier);
            if (fits && piece.TryAdd(constraint))
            {
                _pieces.Add(piece);
                return;
            }
        }

        var alone = new ClockPiece(constraint.Frame, constraint.Time, constraint.Difference);
        alone.TryAdd(constraint);
        _pieces.Add(alone);
    }

    private ClockPiece PieceAt(long frame)
    {
        var low = 0;
        var high = _pieces.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_pieces[middle].FromFrame <= frame) low = middle;
            else high = middle - 1;
        }

        return _pieces[low];
    }

    private static ClockChange Change(ClockPiece before, ClockPiece after)
    {
        var (expected, expectedError) = before.OffsetAt(after.FromTime);
        var (found, foundError) = after.OffsetAt(after.FromTime);
        return new ClockChange(new Timestamp(after.FromTime - found), found - expected, (expectedError ?? 0) + (foundError ?? 0));
    }

    private static double WidthAt(ClockPiece piece, long time)
    {
        var (low, high) = piece.Polygon.OffsetAt((time - piece.FromTime) / 1e9);
        return high - low;
    }

    /// <summary>The time of the narrowest bounds of the offset; their width is convex over time.</summary>
    private static long Narrowest(ClockPiece piece)
    {
        var (low, high) = (piece.FromTime, piece.LastTime);
        while (high - low > 2)
        {
            var (left, right) = (low + (high - low) / 3, high - (high - low) / 3);
            if (WidthAt(piece, left) <= WidthAt(piece, right)) high = right;
            else low = left;
        }

        return low + (high - low) / 2;
    }
}
