using TcpCapture.Model;

namespace TcpCapture.Tests.Model;

public class TcpFlagsTests
{
    [Theory]
    [InlineData(TcpFlags.Syn, "S")]
    [InlineData(TcpFlags.Syn | TcpFlags.Ack, "S.")]
    [InlineData(TcpFlags.Ack, ".")]
    [InlineData(TcpFlags.Psh | TcpFlags.Ack, "P.")]
    [InlineData(TcpFlags.Fin | TcpFlags.Ack, "F.")]
    [InlineData(TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Ack, "FP.")]
    [InlineData(TcpFlags.Rst, "R")]
    [InlineData(TcpFlags.Rst | TcpFlags.Ack, "R.")]
    [InlineData(TcpFlags.None, "none")]
    public void AreWrittenAsInTcpdump(TcpFlags flags, string expected) => Assert.Equal(expected, flags.ToTcpdump());
}
