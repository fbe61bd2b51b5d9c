using System.IO.MemoryMappedFiles;

namespace TcpCapture.Fuzz;

/// <summary>
/// The input that is running, in a file that outlives the process: a stack overflow or a wild pointer leaves no chance to save
/// it afterwards.
/// </summary>
internal sealed class Blackbox : IDisposable
{
    private const int Header = 64;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public Blackbox(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Header + Mutator.MaxLength);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Notes what is about to run.</summary>
    public void Write(int target, byte[] input)
    {
        _view.Write(0, 0);
        _view.Write(4, target);
        _view.WriteArray(Header, input, 0, input.Length);
        _view.Write(0, input.Length);
    }

    /// <summary>What was noted last.</summary>
    public (int Target, byte[] Input) Read()
    {
        var input = new byte[Math.Clamp(_view.ReadInt32(0), 0, Mutator.MaxLength)];
        _view.ReadArray(Header, input, 0, input.Length);
        return (_view.ReadInt32(4), input);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
