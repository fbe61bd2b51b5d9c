using System.Text;
using TcpCapture.Export.Csv;
using TcpCapture.Model;

namespace TcpCapture.Tests.Export.Csv;

public class PlainRowsTests
{
    [Fact]
    public void NumbersAreExact()
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
    public void TimeHasTheFormatOfTimestamp(long nanoseconds) =>
        Assert.Equal(new Timestamp(nanoseconds).ToString(), Row(rows => rows.Add(new Timestamp(nanoseconds))));

    /// <summary>Text is written as by CsvHelper, whether or not CsvHelper was used.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("curl[4711]")]
    [InlineData("began before the capture")]
    [InlineData(" spaces around ")]
    [InlineData("-1")]
    [InlineData("=1+1")]
    [InlineData("@sum")]
    [InlineData("a, b")]
    [InlineData("he said \"no\"")]
    [InlineData("two\nlines;=1")]
    [InlineData("\uFF1D1")]
    [InlineData("größer")]
    [InlineData("a\0b")]
    public void TextIsWrittenAsByCsvHelper(string text)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvFields.Create(stream))
        {
            csv.WriteField(1);
            csv.WriteText(text);
            csv.WriteField(2);
            csv.EndRecord();
        }

        Assert.Equal(Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n'), Row(rows => rows.Add(1).AddText(text).Add(2)));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('ö')]
    public void TextOfAnyLengthIsWritten(char letter)
    {
        foreach (var length in (int[])[1000, 1023, 1024, 40_000, 64 * 1024, 300_000])
        {
            var text = new string(letter, length);
            var row = Row(rows =>
            {
                for (var i = 0; i < 3; i++) rows.Add(i).AddText(text).AddText("end");
            });
            Assert.Equal(string.Join(",", Enumerable.Range(0, 3).Select(i => $"{i},{text},end")), row);
        }
    }

    [Theory]
    [InlineData("10.0.0.1:80")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::1]:80")]
    [InlineData("[fd00:1111:2222:3333:4444:5555:6666:7777]:65535")]
    public void AddressHasTheFormatOfEndpoint(string text)
    {
        Assert.True(Endpoint.TryParse(text, out var endpoint));
        Assert.Equal(text, Row(rows => rows.Add(endpoint)));
    }

    private static string Row(Action<PlainRows> write)
    {
        using var stream = new MemoryStream();
        var rows = new PlainRows(stream);
        write(rows);
        rows.End();
        rows.Flush();
        return Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n');
    }
}
