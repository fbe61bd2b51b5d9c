using TcpCapture.Export.PcapNg;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export.PcapNg;

public class ClockTextTests
{
    /// <summary>Times in any order, before and after 1970 and at the limits, have the text of Timestamp.</summary>
    [Fact]
    public void TimeHasTheFormatOfTimestamp()
    {
        var clock = new ClockText();
        var random = new Random(1);
        long[] odd = [0, -1, 1, 999_999_999, 1_000_000_000, -1_000_000_000, -1_000_000_001, long.MaxValue, long.MinValue];
        var near = Enumerable.Range(0, 2000).Select(_ => 1_795_413_662_000_000_000 + random.NextInt64(3_000_000_000));
        var far = Enumerable.Range(0, 2000).Select(_ => random.NextInt64(long.MinValue, long.MaxValue));
        foreach (var nanoseconds in (long[])[.. odd, .. near, .. far, .. odd])
            Assert.Equal(new Timestamp(nanoseconds).ToString(), clock.Of(new Timestamp(nanoseconds)).ToString());
    }
}
