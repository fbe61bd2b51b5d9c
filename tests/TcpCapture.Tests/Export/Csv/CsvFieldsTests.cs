using System.Text;
using CsvHelper;
using TcpCapture.Export.Csv;

namespace TcpCapture.Tests.Export.Csv;

public class CsvFieldsTests
{
    [Theory]
    [InlineData(0, "0.000000000")]
    [InlineData(1, "0.000000001")]
    [InlineData(-5, "-0.000000005")]
    [InlineData(1_234_567_890, "1.234567890")]
    [InlineData(4_294_967_296, "4.294967296")]
    [InlineData(-60_000_000_000, "-60.000000000")]
    [InlineData(long.MaxValue, "9223372036.854775807")]
    [InlineData(long.MinValue, "-9223372036.854775808")]
    public void SecondsAreExact(long nanoseconds, string expected)
    {
        using var stream = new MemoryStream();
        using (CsvWriter csv = CsvFields.Create(stream))
        {
            csv.WriteSeconds(nanoseconds);
            csv.EndRecord();
        }

        Assert.Equal(expected + "\n", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
