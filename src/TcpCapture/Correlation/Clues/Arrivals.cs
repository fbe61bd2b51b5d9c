using TcpCapture.Model;

namespace TcpCapture.Correlation.Clues;

/// <summary>In a merged recording: how many SYNs and retransmissions of each end the other host captured.</summary>
internal sealed class Arrivals
{
    private PerSide<Count> _ends;

    public ref Count this[Side side] => ref _ends.Of(side);

    public void Add(Side sender, FramePassage passage)
    {
        ref var count = ref _ends.Of(sender);
        if (passage.Arrival is not null) count.Arrived++;
        else if (passage.IsLost) count.Lost++;
        else count.Unknown++;
    }

    /// <summary>Segments of one end.</summary>
    internal struct Count
    {
        /// <summary>Captured at the other host.</summary>
        public int Arrived;

        /// <summary>Not captured there, although it recorded.</summary>
        public int Lost;

        /// <summary>Perhaps missed by the other host's capture.</summary>
        public int Unknown;

        public readonly bool IsKnown => Arrived + Lost > 0 && Unknown == 0;
    }
}
