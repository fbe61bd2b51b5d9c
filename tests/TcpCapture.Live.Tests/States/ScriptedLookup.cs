using System.Collections.Concurrent;
using TcpCapture.Live.States;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States;

/// <summary>Returns the snapshots that a test sets; sample n begins at 10·n ns and ends at 10·n+5 ns.</summary>
internal sealed class ScriptedLookup : ISocketLookup
{
    private long _samples;

    public ConcurrentDictionary<FourTuple, SocketSnapshot> Sockets { get; } = new();

    public ConcurrentQueue<FourTuple> Asked { get; } = new();

    public bool Fails { get; set; }

    public Exception? Throws { get; set; }

    public void BeginRound()
    {
        if (Throws is { } exception) throw exception;
    }

    public bool TrySample(in FourTuple end, out SocketReading reading)
    {
        Asked.Enqueue(end);
        _samples++;
        reading = new SocketReading(new(_samples * 10), new(_samples * 10 + 5), Sockets.GetValueOrDefault(end));
        return !Fails;
    }

    public void Dispose()
    {
    }
}
