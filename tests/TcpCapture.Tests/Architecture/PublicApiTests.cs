using System.Reflection;

namespace TcpCapture.Tests.Architecture;

public class PublicApiTests
{
    private static readonly Assembly Library = Assembly.Load("TcpCapture");

    [Fact]
    public void ThePublicApiIsTheOneThatWasMeant() => PublicApi.Is("tests/TcpCapture.Tests/Architecture/PublicApi.txt", Library);

    [Fact]
    public void ThePublicApiStaysSmall() => PublicApi.HasAtMost(90, Library);
}
