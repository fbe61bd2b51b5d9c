using System.Text;
using System.Text.Json;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Tests.Recordings.Format;

public class ObservationJsonTests
{
    [Fact]
    public void ACallIsWrittenCompactlyWithTheDocumentedNames()
    {
        var call = new SocketCall
        {
            Id = 7,
            Socket = 2,
            Side = Side.Server,
            Name = "close",
            Begin = new Timestamp(1_000_000_001),
            End = new Timestamp(2),
            Result = -1,
            Error = "EBADF",
            Local = Generated.Loopback(80),
        };

        Assert.Equal(
            """{"id":7,"socket":2,"side":"server","name":"close","arguments":"","begin":1000000001,"end":2,"result":-1,""" +
            "\"error\":\"EBADF\",\"local\":\"127.0.0.1:80\",\"processId\":0}",
            Encoding.UTF8.GetString(ObservationJson.Write(call)));
    }

    [Fact]
    public void ASampleIsWrittenWithTheDocumentedNames()
    {
        var sample = new SocketSample
        {
            NotBefore = new Timestamp(1),
            NotAfter = new Timestamp(2),
            Local = Generated.Loopback(80),
            Remote = Generated.Loopback(0),
            Previous = TcpState.FinWait2,
            State = TcpState.TimeWait,
            Kind = SocketKind.TimeWait,
            Timer = SocketTimer.KeepAlive,
        };

        Assert.Equal(
            """{"notBefore":1,"notAfter":2,"local":"127.0.0.1:80","remote":"127.0.0.1:0","previous":"FIN_WAIT_2",""" +
            "\"state\":\"TIME_WAIT\",\"kind\":\"time-wait\",\"timer\":\"keep-alive\",\"retransmits\":0," +
            "\"receiveQueue\":0,\"sendQueue\":0,\"inode\":0,\"cookie\":0}",
            Encoding.UTF8.GetString(ObservationJson.Write(sample)));
    }

    [Fact]
    public void InfoAndEndAreReadAsWritten()
    {
        var info = ObservationJson.ReadInfo(ObservationJson.Write(Generated.Info));

        Assert.Equal(Generated.Info with { Settings = info.Settings }, info);
        Assert.Equal(Generated.Info.Settings, info.Settings);
        Generated.AssertEnd(ObservationJson.ReadEnd(ObservationJson.Write(Generated.End)));
    }

    [Theory]
    [InlineData(RecordingOutcome.Completed, null, "done")]
    [InlineData(RecordingOutcome.Interrupted, null, "interrupted")]
    [InlineData(RecordingOutcome.Abandoned, null, "given up")]
    [InlineData(RecordingOutcome.Failed, "the capture failed", "the capture failed")]
    public void AnOutcomeIsStoredAsItsWord(object outcome, string? failure, string word)
    {
        var json = ObservationJson.Write(new RecordingEnd { Outcome = (RecordingOutcome)outcome, Failure = failure });
        Assert.Contains($"\"reason\":\"{word}\"", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        var end = ObservationJson.ReadEnd(json);
        Assert.Equal(((RecordingOutcome)outcome, failure), (end.Outcome, end.Failure));
    }

    [Fact]
    public void MissingTextIsEmptyNotNull()
    {
        var info = ObservationJson.ReadInfo("{}"u8);
        var end = ObservationJson.ReadEnd("{}"u8);
        var call = ObservationJson.ReadCall("""{"id":1,"socket":1,"side":"client","name":"close","begin":1}"""u8);

        Assert.Equal(new RecordingInfo { Settings = info.Settings }, info);
        Assert.Empty(info.Settings);
        Assert.Equal((RecordingOutcome.Completed, "done"), (end.Outcome, end.Reason));
        Assert.Equal("", call.Arguments);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"id":1,"socket":1,"side":"client","name":"close"}""")]
    [InlineData("""{"id":1,"socket":1,"side":"client","name":null,"begin":1}""")]
    [InlineData("""{"id":1,"socket":1,"side":"both","name":"close","begin":1}""")]
    [InlineData("""{"id":1,"socket":1,"side":0,"name":"close","begin":1}""")]
    [InlineData("""{"id":1,"socket":1,"side":"client","name":"close","begin":1,"local":"here"}""")]
    [InlineData("""{"id":1,"socket":1,"side":"client","name":"close","begin":99999999999999999999}""")]
    public void InvalidCallsAreRefused(string json) =>
        Assert.Throws<JsonException>(() => ObservationJson.ReadCall(Encoding.UTF8.GetBytes(json)));
}
