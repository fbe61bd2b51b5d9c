using System.Buffers.Binary;
using TcpCapture.Live.States;
using TcpCapture.Live.States.SockDiag;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States.SockDiag;

/// <summary>A listing has the messages of single replies, several in a datagram, and a last message.</summary>
public class SockDiagDumpTests
{
    private static readonly byte[] Done = [20, 0, 0, 0, 3, 0, 2, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public void EverySocketOfADatagramIsReadWithItsOwnAddresses()
    {
        var listener = First("listen-v4");
        var connection = First("established-with-10-unread-v6");
        var (found, error, isLast) = Read([.. listener, .. connection, .. Done]);

        Assert.Equal((0, true), (error, isLast));
        Assert.Equal([TcpState.Listen, TcpState.Established], found.Select(socket => socket.Snapshot.State));
        Assert.Equal((RecordedAnswer.PortsOf(listener).Local, (ushort)0), (found[0].End.Local.Port, found[0].End.Remote.Port));
        Assert.Equal(RecordedAnswer.PortsOf(connection), (found[1].End.Local.Port, found[1].End.Remote.Port));
        Assert.True(found[1].End.Local.IsV6);
        Assert.Equal(10u, found[1].Snapshot.ReceiveQueue);
    }

    [Fact]
    public void AMappedAddressBecomesIPv4()
    {
        var (found, _, _) = Read(First("established-dual-stack-asked-by-v4"));

        var end = Assert.Single(found).End;
        Assert.Equal(("127.0.0.1", "127.0.0.1"), (end.Local.ToIPAddress().ToString(), end.Remote.ToIPAddress().ToString()));
    }

    [Theory]
    [InlineData(13, 13)] // EACCES
    [InlineData(int.MinValue, 71)]
    public void ARefusalHasItsErrno(int errno, int expected)
    {
        byte[] refusal = [.. Done];
        refusal[4] = 2; // NLMSG_ERROR
        BinaryPrimitives.WriteInt32LittleEndian(refusal.AsSpan(16), errno == int.MinValue ? errno : -errno);

        Assert.Equal((expected, true), Read(refusal) switch { var (_, error, isLast) => (error, isLast) });
    }

    [Fact]
    public void AReplyToAnotherRequestIsSkipped()
    {
        byte[] foreign = [.. First("listen-v4")];
        foreign[8]++;
        var (found, error, isLast) = Read([.. foreign, .. Done]);

        Assert.Empty(found);
        Assert.Equal((0, true), (error, isLast));
    }

    /// <summary>A datagram cut anywhere or with any byte changed is read without an exception.</summary>
    [Fact]
    public void DamagedDatagramsAreReadWithoutAnException()
    {
        byte[] whole = [.. First("established-with-10-unread-v4"), .. First("time-wait-mini-v4"), .. Done];
        for (var length = 0; length < whole.Length; length++) Assert.InRange(Read(whole[..length]).Found.Count, 0, 2);
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var value in (byte[])[0, 1, 15, 0x7f, 0xff])
            {
                byte[] damaged = [.. whole];
                damaged[at] = value;
                Assert.InRange(Read(damaged).Found.Count, 0, 3);
            }
        }
    }

    [Fact]
    public void ARequestHasFamilyPortsAndStates()
    {
        var request = new byte[SockDiagMessage.RequestLength];
        SockDiagDump.WriteRequest(request, isV6: true, source: 8080, remote: 443, sequence: 9);

        Assert.Equal(SockDiagMessage.FamilyIPv6, request[16]);
        Assert.Equal(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(20)));
        Assert.Equal(8080, BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(24)));
        Assert.Equal(443, BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(26)));
        Assert.Equal(0x301, BinaryPrimitives.ReadUInt16LittleEndian(request.AsSpan(6))); // NLM_F_REQUEST | NLM_F_DUMP
    }

    private static byte[] First(string recording)
    {
        var answer = RecordedAnswer.Read(recording);
        return answer[..(int)((BinaryPrimitives.ReadUInt32LittleEndian(answer) + 3) & ~3u)];
    }

    private static (List<(FourTuple End, SocketSnapshot Snapshot)> Found, int Error, bool IsLast) Read(byte[] datagram)
    {
        var found = new List<(FourTuple, SocketSnapshot)>();
        var dump = new SockDiagDump(datagram, RecordedAnswer.Sequence);
        while (dump.Next(out var end, out var view)) found.Add((end, view));
        return (found, dump.Error, dump.IsLast);
    }
}
