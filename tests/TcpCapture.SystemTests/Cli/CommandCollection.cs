namespace TcpCapture.SystemTests.Cli;

/// <summary>
/// Tests of the built command run one after another and without other tests: they check delayed ACKs and retransmission
/// timers, which a busy machine changes.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CommandCollection
{
    public const string Name = "the built command";
}
