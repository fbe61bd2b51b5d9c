using System.IO.MemoryMappedFiles;

namespace TcpCapture.Fuzz;

/// <summary>The current input, in a file that outlives the process: after a stack overflow it cannot be saved.</summary>
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

    /// <summary>Stores the input that runs next.</summary>
    public void Write(int target, byte[] input)
    {
        _view.Write(0, 0);
        _view.Write(4, target);
        _view.WriteArray(Header, input, 0, input.Length);
        _view.Write(0, input.Length);
    }

    /// <summary>The input stored last.</summary>
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
