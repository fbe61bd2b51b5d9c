namespace TcpCapture.Tests.Architecture;

public class RepositoryTests
{
    [Fact]
    public void OutsideACheckoutItSaysWhatToDo() =>
        Assert.Contains(
            "run them from a checkout",
            Assert.Throws<DirectoryNotFoundException>(() => Repository.FindRoot(Path.GetTempPath())).Message,
            StringComparison.Ordinal);

    [Fact]
    public void BuildOutputIsNotSource() =>
        Assert.DoesNotContain(Repository.Files("src", ".cs"), path => path.Contains("/obj/", StringComparison.Ordinal));
}
