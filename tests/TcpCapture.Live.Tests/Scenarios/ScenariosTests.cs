using System.Net;
using System.Text.RegularExpressions;
using TcpCapture.Live.Scenarios;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Live.Tests.Scenarios;

public partial class ScenariosTests
{
    [Fact]
    public void NamesAreDistinctAndSummariesAreSentences()
    {
        Assert.Equal(ScenarioCatalog.All.Count, ScenarioCatalog.All.Select(scenario => scenario.Name).Distinct().Count());
        Assert.All(ScenarioCatalog.All, scenario =>
        {
            Assert.Matches(Name(), scenario.Name);
            Assert.EndsWith(".", scenario.Summary);
        });
    }

    [Fact]
    public void AreFoundByNameInAnyCase()
    {
        Assert.All(ScenarioCatalog.All, scenario => Assert.Same(scenario, ScenarioCatalog.Find(scenario.Name.ToUpperInvariant())));
        Assert.Null(ScenarioCatalog.Find("simultaneous"));
    }

    [Fact]
    public void EachHasARecordedExample() =>
        Assert.All(ScenarioCatalog.All, scenario => Assert.True(
            Directory.Exists(Path.Combine(Repository.Root, "tests", "TcpCapture.Tests", "Recordings", scenario.Name)), scenario.Name));

    [Theory]
    [InlineData("127.0.0.1", true, "192.0.2.1")]
    [InlineData("::1", true, "2001:db8::1")]
    [InlineData("198.51.100.7", false, "198.51.100.7")]
    public void UnreachableUsesTheGivenAddressUnlessItIsLoopback(string address, bool needsNamespace, string used)
    {
        var scenario = ScenarioCatalog.Find("unreachable")!;
        var options = new ExchangeOptions { Address = IPAddress.Parse(address) };
        Assert.Equal(needsNamespace, scenario.NeedsPrivateNamespaceFor(options));
        Assert.Equal(IPAddress.Parse(used), scenario.Adapt(options).Address);
    }

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Name();
}
