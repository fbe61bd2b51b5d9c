namespace TcpCapture.Cli.Terminal;

/// <summary>Output that starts a pager as soon as it is longer than the screen.</summary>
internal sealed class PagedOutput(Stream terminal, int rows, string[] command) : Stream
{
    private readonly MemoryStream _held = new();
    private int _lines;
    private Stream? _target;
    private Pager? _pager;
    private bool _gone;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="ReaderGoneException">The pager was quit. Later output is discarded.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_gone) return;
        if (_target is not null)
        {
            Pass(buffer);
            return;
        }

        _held.Write(buffer);
        _lines += buffer.Count((byte)'\n');
        if (_lines >= rows) Decide(Pager.Start(command));
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (_target is null) Decide(null);
            _pager?.Dispose();
            terminal.Flush();
            _held.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Decide(Pager? pager)
    {
        _pager = pager;
        _target = pager?.Input ?? terminal;
        Pass(_held.GetBuffer().AsSpan(0, (int)_held.Length));
        _held.SetLength(0);
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _target!.Write(bytes);
            _target.Flush();
        }
        catch (IOException) when (_pager is not null)
        {
            _gone = true;
            throw new ReaderGoneException();
        }
    }
}

/// <summary>The pager was quit before the end of the output, which is not a failure.</summary>
internal sealed class ReaderGoneException : Exception;
