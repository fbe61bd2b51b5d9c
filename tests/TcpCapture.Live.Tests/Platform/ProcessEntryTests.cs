using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Tests.Platform;

public class ProcessEntryTests
{
    private const string Rest = "1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 8765 100 200";

    [Theory]
    [InlineData("4711 (curl) S ", 4711, false)]
    [InlineData("4711 (a (b) c) R ", 4711, false)]
    [InlineData("4711 (1 (x) S 9) Z ", 4711, true)]
    [InlineData("4711 (a\nb) X ", 4711, true)]
    public void AnyProcessNameIsRead(string begin, int id, bool hasEnded)
    {
        Assert.True(ProcessEntry.TryParse(begin + "42 " + Rest + "\n", out var entry));
        Assert.Equal(new ProcessEntry(id, 42, hasEnded, 8765), entry);
    }

    [Fact]
    public void TheStartTimeOfAProcessNamedWithParenthesesIsFound()
    {
        Assert.True(ProcessEntry.TryParse("5 (a) b) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 20 21", out var entry));
        Assert.Equal(777ul, entry.Start);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4711 (curl")]
    [InlineData("4711 (curl) S")]
    [InlineData("x (curl) S 42 " + Rest)]
    [InlineData("4711 (curl) S -1 " + Rest)]
    [InlineData("99999999999 (curl) S 42 " + Rest)]
    public void InvalidTextIsRejected(string text) => Assert.False(ProcessEntry.TryParse(text, out _));
}
