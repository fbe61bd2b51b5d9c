using TcpCapture.Model;

namespace TcpCapture.Tests.Model;

public class TimestampTests
{
    [Fact]
    public void PrintsNineDecimalsInUtc() =>
        Assert.Equal("2026-11-23T06:01:02.123456789Z", new Timestamp(1_795_413_662_123_456_789).ToString());

    [Fact]
    public void TimesBefore1970AreRoundedDownNotTowardsZero() =>
        Assert.Equal("1969-12-31T23:59:59.999999999Z", new Timestamp(-1).ToString());
}
