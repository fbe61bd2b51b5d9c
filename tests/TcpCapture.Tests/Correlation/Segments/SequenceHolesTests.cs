using TcpCapture.Correlation.Segments;

namespace TcpCapture.Tests.Correlation.Segments;

public sealed class SequenceHolesTests
{
    private readonly SequenceHoles _holes = new();

    [Theory]
    [InlineData(100, 200, 100)]
    [InlineData(0, 1000, 100)]
    [InlineData(120, 150, 30)]
    [InlineData(50, 150, 50)]
    [InlineData(150, 300, 50)]
    [InlineData(200, 300, 0)]
    [InlineData(50, 100, 0)]
    public void BytesThatFillAHoleAreCountedOnce(uint start, uint end, int filled)
    {
        _holes.Add(100, 200);

        Assert.Equal(filled > 0, _holes.Touches(start, end));
        Assert.Equal(filled, _holes.Fill(start, end));
        Assert.Equal(0, _holes.Fill(start, end));
        Assert.Equal(100 - filled, _holes.Fill(0, 1000));
    }

    [Fact]
    public void AHoleCanSpanTheWrapOfSequenceNumbers()
    {
        _holes.Add(0xffff_fff0, 0x10);

        Assert.Equal(16, _holes.Fill(0xffff_ff00, 0));
        Assert.True(_holes.Touches(0xf, 0x20));
        Assert.Equal(16, _holes.Fill(0, 0x10));
    }

    [Fact]
    public void BeyondTheLimitTheOldestHoleIsDropped()
    {
        for (uint i = 0; i <= SequenceHoles.MaxHoles; i++) _holes.Add(100 * i, 100 * i + 10);

        Assert.False(_holes.Touches(0, 10));
        Assert.Equal(10, _holes.Fill(100, 200));
    }
}
