using System.Text;
using TcpCapture.Export;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export;

public class NumberRowsTests
{
    [Fact]
    public void NumbersAreWrittenAsTheyAre()
    {
        var row = Row(rows => rows.Add(-3).Add(long.MaxValue).AddScaled(-1_500_000, 6).AddScaled(7, 9).AddScaled(null, 6).AddEmpty()
            .AddScaled(long.MinValue, 9).Add(1.5, 3).Add(double.NaN, 2).Add("word"u8));
        Assert.Equal("-3,9223372036854775807,-1.500000,0.000000007,,,-9223372036.854775808,1.500,,word", row);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_795_413_662_123_456_789)]
    [InlineData(-1)]
    [InlineData(-1_000_000_000)]
    public void ATimeIsWrittenAsElsewhere(long nanoseconds) =>
        Assert.Equal(new Timestamp(nanoseconds).ToString(), Row(rows => rows.Add(new Timestamp(nanoseconds))));

    private static string Row(Action<NumberRows> write)
    {
        using var stream = new MemoryStream();
        using (var rows = new NumberRows(stream))
        {
            write(rows);
            rows.End();
        }

        return Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n');
    }
}
