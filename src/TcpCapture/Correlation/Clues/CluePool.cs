namespace TcpCapture.Correlation.Clues;

/// <summary>Reuses the clues of ended connections. Thread-safe.</summary>
internal sealed class CluePool
{
    private readonly Stack<ConnectionClues> _free = new();
    private readonly Lock _lock = new();

    public ConnectionClues Rent()
    {
        lock (_lock) return _free.TryPop(out var clues) ? clues : new ConnectionClues();
    }

    public void Return(ConnectionClues clues)
    {
        clues.Clear();
        lock (_lock) _free.Push(clues);
    }
}
