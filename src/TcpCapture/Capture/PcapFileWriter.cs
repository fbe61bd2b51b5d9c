using SharpPcap;
using TcpCapture.Model;

namespace TcpCapture.Capture;

/// <summary>Writes frames to a pcap file of nanosecond resolution, each with its original length.</summary>
/// <remarks>
/// libpcap reports no failed write, and the C library's buffer loses data for good when the disk is full. So the length
/// the file must have is counted here and compared with the one it has: every few megabytes, so that a full disk is told
/// soon, and at the end.
/// </remarks>
internal sealed class PcapFileWriter : IDisposable
{
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const long CheckEvery = 8 << 20;

    private readonly string _path;
    private readonly int _linkType;
    private readonly PcapDumpDevice _device;
    private long _length = FileHeaderLength;
    private long _checkedAt;
    private bool _closed;

    /// <summary>Creates the file, or empties it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="linkType">A LINKTYPE_ value.</param>
    /// <param name="snaplen">Most bytes a frame will have.</param>
    /// <exception cref="CaptureException">libpcap is missing.</exception>
    /// <exception cref="IOException">The file cannot be written, or the link type cannot be put in a pcap file.</exception>
    public PcapFileWriter(string path, int linkType, int snaplen)
    {
        CaptureLibrary.Require();
        _path = path;
        _linkType = linkType;
        _device = new PcapDumpDevice(path);
        try
        {
            _device.Open(linkType, snaplen);
            Check();
        }
        catch (PcapException e)
        {
            _device.Dispose();
            throw new IOException($"Cannot write {path}: {Reason(e.Message, path)}.", e);
        }
        catch
        {
            _device.Dispose();
            throw;
        }
    }

    /// <summary>Appends a frame.</summary>
    /// <exception cref="ArgumentException">The frame is of another link type than the file.</exception>
    /// <exception cref="IOException">The disk is full, or the file cannot be written any more.</exception>
    public void Write(in Frame frame)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (LinkTypes.FromDlt(frame.LinkType) != LinkTypes.FromDlt(_linkType))
            throw new ArgumentException($"A frame of link type {frame.LinkType} in a file of {_linkType}.", nameof(frame));
        _device.Write(frame);
        _length += RecordHeaderLength + frame.Bytes.Length;
        if (_length - _checkedAt >= CheckEvery) Check();
    }

    /// <summary>Finishes the file and makes sure that all of it is there.</summary>
    /// <exception cref="IOException">It is not: the disk is full, or the file cannot be written any more.</exception>
    public void Close()
    {
        if (_closed) return;
        _closed = true;
        try
        {
            Check();
        }
        finally
        {
            _device.Dispose();
        }
    }

    /// <summary>As <see cref="Close"/>.</summary>
    public void Dispose() => Close();

    private void Check()
    {
        _checkedAt = _length;
        var flushed = _device.Flush();
        var written = new FileInfo(_path);
        if (flushed && written.Exists && written.Length == _length) return;
        var found = written.Exists ? $"{written.Length} of {_length} bytes" : "the file is gone";
        var why = DiskIsFull() ? "the disk is full" : "the system did not take what was written";
        throw new IOException($"Cannot write {_path}: {why} ({found}). Free some space or choose another folder.");
    }

    private bool DiskIsFull()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(_path)) ?? "/";
        return new DriveInfo(folder).AvailableFreeSpace < CheckEvery;
    }

    // libpcap: "Error opening dump file '/a/b: No such file or directory'".
    private static string Reason(string message, string path)
    {
        var at = message.IndexOf(path + ": ", StringComparison.Ordinal);
        return (at < 0 ? message : message[(at + path.Length + 2)..]).TrimEnd('\'', '.');
    }
}
