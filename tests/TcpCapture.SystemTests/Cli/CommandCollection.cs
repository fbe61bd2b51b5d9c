namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// Tests that run the built command do so one after another and with nothing else: delayed ACKs and retransmission timers
/// are part of what they look at, and this machine's processors are shared.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CommandCollection
{
    public const string Name = "the built command";
}
