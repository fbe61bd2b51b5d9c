using TcpCapture.Correlation.Connections;

namespace TcpCapture.Tests.Correlation.Connections;

public sealed class UsedFourTuplesTests
{
    private const int Max = 4096;

    private readonly UsedFourTuples _used = new(Max);

    [Fact]
    public void AnAddedFourTupleIsRemembered()
    {
        Assert.All(Hashes(1000), hash => Assert.False(_used.Add(hash)));
        Assert.All(Hashes(1000), hash => Assert.True(_used.Add(hash)));
    }

    [Fact]
    public void AHashOfZeroIsAllowed()
    {
        Assert.False(_used.Add(0));
        Assert.True(_used.Add(0));
    }

    [Fact]
    public void OnlyTheOldestAreForgotten()
    {
        var all = Hashes(3 * Max).ToArray();
        foreach (var hash in all) _used.Add(hash);
        Assert.All(all[^Max..], hash => Assert.True(_used.Add(hash)));
        Assert.False(_used.Add(all[0]));
    }

    private static IEnumerable<ulong> Hashes(int count)
    {
        for (var i = 1; i <= count; i++) yield return unchecked((ulong)i * 0x9e37_79b9_7f4a_7c15);
    }
}
