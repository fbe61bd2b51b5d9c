namespace TcpCapture.SystemTests.Browser;

/// <summary>All tests of the page share one browser and run without other tests, because it would slow down timed tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "a browser";
}
