using System.Runtime.CompilerServices;
using TcpCapture.Model;

namespace TcpCapture.CaptureFiles;

internal sealed class FrameTally(string name)
{
    private readonly List<int> _linkTypes = [];
    private Timestamp _last = new(long.MinValue);
    private int _lastLinkType = -1;

    public string Name => name;
    public long Frames { get; private set; }
    public long CutFrames { get; private set; }

    /// <summary>Frames earlier than the frame before them in the same file.</summary>
    public long TimesBackwards { get; private set; }
    public TimeStep? FirstBackwards { get; private set; } // the first such frame; null if there is none

    /// <summary>LINKTYPE_ values in order of appearance.</summary>
    public IReadOnlyList<int> LinkTypes => _linkTypes;

    public void Add(ReadOnlySpan<FrameEntry> frames)
    {
        var last = _last;
        long cut = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            ref readonly var frame = ref frames[i];
            if (frame.Time < last) AddBackwards(Frames + i + 1, last, frame.Time);
            last = frame.Time;
            cut += Unsafe.BitCast<bool, byte>(frame.OriginalLength > frame.Length); // no branch: it would mispredict
            if (frame.LinkType != _lastLinkType) AddLinkType(frame.LinkType);
        }

        _last = last;
        CutFrames += cut;
        Frames += frames.Length;
    }

    private void AddBackwards(long frame, Timestamp from, Timestamp to)
    {
        TimesBackwards++;
        FirstBackwards ??= new TimeStep(name, frame, from, to);
    }

    private void AddLinkType(int linkType)
    {
        _lastLinkType = linkType;
        if (!_linkTypes.Contains(linkType)) _linkTypes.Add(linkType);
    }
}

/// <summary>A frame (numbered from 1) with an earlier time (To) than the frame before it (From).</summary>
internal readonly record struct TimeStep(string File, long Frame, Timestamp From, Timestamp To);
