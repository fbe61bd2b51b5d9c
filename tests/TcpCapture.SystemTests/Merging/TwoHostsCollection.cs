namespace TcpCapture.SystemTests.Merging;

/// <summary>Tests of two recordings that are made once, while nothing else runs: queues and timers matter to them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TwoHostsCollection : ICollectionFixture<TwoRecordings>
{
    public const string Name = "two hosts";
}
