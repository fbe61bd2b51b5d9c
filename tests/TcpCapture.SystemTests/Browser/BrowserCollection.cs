namespace TcpCapture.SystemTests.Browser;

/// <summary>All tests of the page share one browser, which takes a second to start; it would slow down what is timed beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "a browser";
}
