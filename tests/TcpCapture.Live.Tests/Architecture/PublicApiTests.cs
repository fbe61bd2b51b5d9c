using System.Reflection;
using TcpCapture.Tests.Architecture;

namespace TcpCapture.Live.Tests.Architecture;

public class PublicApiTests
{
    private static readonly Assembly Library = Assembly.Load("TcpCapture.Live");

    [Fact]
    public void ThePublicApiIsTheOneThatWasMeant() => PublicApi.Is("tests/TcpCapture.Live.Tests/Architecture/PublicApi.txt", Library);

    [Fact]
    public void ThePublicApiStaysSmall() => PublicApi.HasAtMost(60, Library);
}
