using System.Text;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Tests.Recordings.Format;

public class JournalEntryTests
{
    [Fact]
    public void AnEntryStartsWithItsTimeInMicroseconds() => Assert.Equal(
        "__REALTIME_TIMESTAMP=1795413662123456\nMESSAGE=SYN_SENT → ESTABLISHED\n",
        Encoding.UTF8.GetString(new JournalEntry().Start(new Timestamp(Generated.Start))
            .Field("MESSAGE", "SYN_SENT → ESTABLISHED").Bytes));

    [Fact]
    public void AValueWithALineBreakIsWrittenWithItsLength() => Assert.Equal(
        "__REALTIME_TIMESTAMP=0\nMESSAGE\n\u0003\0\0\0\0\0\0\0a\nb\n",
        Encoding.UTF8.GetString(new JournalEntry().Start(default).Field("MESSAGE", "a\nb").Bytes));

    [Theory]
    [InlineData("")]
    [InlineData("message")]
    [InlineData("A=B")]
    [InlineData("A\nB")]
    [InlineData("__REALTIME_TIMESTAMP")]
    public void AFieldNameWithOtherCharactersIsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new JournalEntry().Start(default).Field(name, "x"));

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("a=b=c")]
    [InlineData("one\ntwo\n")]
    [InlineData("\n=\nX=1\n")]
    [InlineData("nul\0")]
    public void FieldsAreReadAsWrittenAlsoPadded(string value)
    {
        var entry = new JournalEntry().Start(default).Field("A", value).Field("A", value).Field("B", "last");
        var fields = new JournalFieldReader([.. entry.Bytes, 0, 0, 0], 0);
        var read = new List<(string, string)>();
        while (fields.Next(out var name, out var bytes)) read.Add((Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(bytes)));

        Assert.Equal([("__REALTIME_TIMESTAMP", "0"), ("A", value), ("A", value), ("B", "last")], read);
    }

    [Fact]
    public void ALengthBeyondTheEntryIsRefused()
    {
        byte[] entry = [.. "MESSAGE\n"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. "abc\n"u8];
        Assert.Throws<RecordingException>(() => new JournalFieldReader(entry, 12).Next(out _, out _));
    }
}
