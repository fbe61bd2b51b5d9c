using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Export.PcapNg;

/// <summary>
/// The blocks of <c>timeline.pcapng</c>, one a row, what it holds counted. The last row is held back until the next comes: it
/// also carries the recording's end, for other programs lose what stands in blocks that are no rows when they save the file.
/// </summary>
internal sealed class TimelineRows
{
    private readonly PcapNgWriter _writer;
    private readonly RecordingInfo _info;
    private readonly JournalEntry _entry = new();
    private readonly JournalEntry _apart = new();
    private readonly PcapNgOptions _options = new();
    private readonly List<(int LinkType, int Host)> _interfaces;
    private byte[] _frame = new byte[2048];
    private int _frameLength;
    private int _originalLength;
    private int _linkType;
    private int _host;
    private Timestamp _frameTime;
    private Held _held;
    private long _frames;
    private long _calls;
    private long _samples;
    private long _owners;
    private long _traces;

    public TimelineRows(Stream stream, RecordingInfo info)
    {
        _writer = new PcapNgWriter(stream);
        _info = info;
        _interfaces = [(info.LinkType, 0)];
        RecordingFormat.WriteHeader(_writer, info);
    }

    private enum Held : byte
    {
        Nothing,
        Frame,
        Entry,
    }

    /// <summary>The next row is a frame; its options are to be added to what is returned.</summary>
    public PcapNgOptions Frame(in Frame frame)
    {
        Release();
        _held = Held.Frame;
        _frames++;
        _frameLength = frame.Bytes.Length;
        if (_frameLength > _frame.Length) _frame = new byte[_frameLength];
        frame.Bytes.CopyTo(_frame);
        (_frameTime, _linkType, _originalLength) = (frame.Time, frame.LinkType, frame.OriginalLength);
        _host = frame.Passage?.Host ?? 0;
        return _options.Clear();
    }

    /// <summary>The next row is a journal entry; its fields are to be added to what is returned.</summary>
    public JournalEntry Entry(Timestamp time)
    {
        Release();
        _held = Held.Entry;
        return _entry.Start(time);
    }

    /// <summary>Adds a call to the row, a journal entry.</summary>
    public void Add(SocketCall call)
    {
        _entry.Call(call);
        _calls++;
    }

    /// <summary>Adds observations to the row, a journal entry.</summary>
    public void Add(List<RawObservation> observations) => Add(_entry, observations);

    /// <summary>Puts observations between two rows, where Wireshark does not show them.</summary>
    public void AddBetween(List<RawObservation> observations, Timestamp time)
    {
        Release();
        Add(_apart.Start(time), observations);
        _writer.Observations(_apart);
    }

    /// <summary>Ends the file.</summary>
    /// <param name="waiting">Observations after the last row.</param>
    /// <param name="time">The time of the first of these.</param>
    /// <param name="end">How the recording ended; null if that is not known.</param>
    /// <param name="lost">What the recording had lost when it was read.</param>
    public void Finish(List<RawObservation> waiting, Timestamp time, RecordingEnd? end, RecordingContents lost)
    {
        if (waiting.Count > 0) Add(_held == Held.Entry ? _entry : _apart.Start(time), waiting);
        var between = _held != Held.Entry && waiting.Count > 0;
        var contents = new RecordingContents
        {
            Frames = _frames + lost.Frames,
            Calls = _calls + lost.Calls,
            Samples = _samples + lost.Samples,
            Owners = _owners + lost.Owners,
            Traces = _traces + lost.Traces,
        };
        if (end is not null && _held == Held.Entry) _entry.End(end).Contents(contents);
        if (end is not null && _held == Held.Frame) _options.End(end).Contents(contents);
        Release();
        if (between) _writer.Observations(_apart);
        if (end is not null) RecordingFormat.WriteEnd(_writer, _info, end, contents);
        _writer.Flush();
    }

    private void Add(JournalEntry entry, List<RawObservation> observations)
    {
        foreach (var raw in observations)
        {
            raw.WriteTo(entry);
            if (raw.Sample is not null) _samples++;
            if (raw.Owner is not null) _owners++;
            if (raw.Trace is not null) _traces++;
        }
    }

    private void Release()
    {
        if (_held == Held.Entry) _writer.Journal(_entry);
        if (_held == Held.Frame)
        {
            var frame = new Frame(_frameTime, _linkType, _originalLength, _frame.AsSpan(0, _frameLength));
            _writer.Packet(InterfaceOf(_linkType, _host), frame, _options);
        }

        _held = Held.Nothing;
    }

    private int InterfaceOf(int linkType, int host)
    {
        var number = _interfaces.IndexOf((linkType, host));
        if (number >= 0) return number;
        _interfaces.Add((linkType, host));
        return RecordingFormat.WriteInterface(_writer, _info, linkType, host);
    }
}
