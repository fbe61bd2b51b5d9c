using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Export.PcapNg;

/// <summary>Writes and counts the rows of <c>timeline.pcapng</c>.</summary>
// Each row is written when the next begins, since the last row also stores the end of the recording: other programs drop blocks
// that are not rows when they save the file.
internal sealed class TimelineRows
{
    private readonly PcapNgWriter _writer;
    private readonly RecordingInfo _info;
    private readonly JournalEntry _entry = new();
    private readonly JournalEntry _apart = new();
    private readonly PcapNgOptions _options = new();
    private readonly List<(int LinkType, int Host)> _interfaces = [];
    private byte[] _frame = new byte[2048];
    private int _frameLength;
    private int _originalLength;
    private int _linkType;
    private int _host;
    private Timestamp _frameTime;
    private Held _held;
    private readonly RecordingContents _written = new();

    public TimelineRows(Stream stream, RecordingInfo info)
    {
        _writer = new PcapNgWriter(stream);
        _info = info;
        RecordingFormat.WriteHeader(_writer, info, _interfaces);
    }

    private enum Held : byte
    {
        Nothing,
        Frame,
        Entry,
    }

    /// <summary>Begins a frame row; the caller adds its options to the result.</summary>
    public PcapNgOptions Frame(in Frame frame)
    {
        Release();
        _held = Held.Frame;
        _written.Frames++;
        _frameLength = frame.Bytes.Length;
        if (_frameLength > _frame.Length) _frame = new byte[_frameLength];
        frame.Bytes.CopyTo(_frame);
        (_frameTime, _linkType, _originalLength) = (frame.Time, frame.LinkType, frame.OriginalLength);
        _host = frame.Passage?.Host ?? 0;
        return _options.Clear();
    }

    /// <summary>Begins a journal entry; the caller adds its fields to the result.</summary>
    public JournalEntry Entry(Timestamp time)
    {
        Release();
        _held = Held.Entry;
        return _entry.Start(time);
    }

    public void Add(SocketCall call)
    {
        _entry.Call(call);
        _written.Calls++;
    }

    public void Add(List<RawObservation> observations) => Add(_entry, observations);

    /// <summary>Writes observations between two rows, in a block that Wireshark does not show.</summary>
    public void AddBetween(List<RawObservation> observations, Timestamp time)
    {
        Release();
        Add(_apart.Start(time), observations);
        _writer.Observations(_apart);
    }

    // end: the end of the recording; null if unknown.
    public void Finish(List<RawObservation> waiting, Timestamp time, RecordingEnd? end, RecordingContents lost)
    {
        if (waiting.Count > 0) Add(_held == Held.Entry ? _entry : _apart.Start(time), waiting);
        var between = _held != Held.Entry && waiting.Count > 0;
        var contents = _written.With(lost);
        if (end is not null && _held == Held.Entry) _entry.End(end).Contents(contents);
        if (end is not null && _held == Held.Frame) _options.End(end).Contents(contents);
        Release();
        if (between) _writer.Observations(_apart);
        if (end is not null) RecordingFormat.WriteEnd(_writer, _info, end, contents);
        _writer.Flush();
    }

    private void Add(JournalEntry entry, List<RawObservation> observations)
    {
        foreach (var raw in observations) raw.WriteTo(entry, _written);
    }

    private void Release()
    {
        if (_held == Held.Entry) _writer.Journal(_entry);
        if (_held == Held.Frame)
        {
            var frame = new Frame(_frameTime, _linkType, _originalLength, _frame.AsSpan(0, _frameLength));
            _writer.Packet(RecordingFormat.InterfaceOf(_writer, _info, _interfaces, _linkType, _host), frame, _options);
        }

        _held = Held.Nothing;
    }
}

/// <summary>An observation without a row of its own: a sample, an owner or a kernel event.</summary>
internal readonly record struct RawObservation(SocketSample? Sample, SocketOwner? Owner, KernelEvent? Trace)
{
    /// <summary>Adds it to an entry and counts it.</summary>
    public void WriteTo(JournalEntry entry, RecordingContents written)
    {
        if (Sample is not null) entry.Sample(Sample);
        if (Owner is not null) entry.Owner(Owner);
        if (Trace is not null) entry.Trace(Trace);
        written.Samples += Sample is null ? 0 : 1;
        written.Owners += Owner is null ? 0 : 1;
        written.Traces += Trace is null ? 0 : 1;
    }
}
