using System.Runtime.Versioning;
using System.Text;
using TcpCapture.Live.Platform.Linux;
using TcpCapture.Live.States.SockDiag;

namespace TcpCapture.Live.Tests.States.SockDiag;

[SupportedOSPlatform("linux")]
public class ProcParsingTests
{
    [Theory]
    [InlineData("socket:[4711]", 4711ul)]
    [InlineData("socket:[18446744073709551615]", ulong.MaxValue)]
    public void SocketLinksAreParsed(string link, ulong expected)
    {
        Assert.True(LinuxProcess.TryParseSocketLink(Encoding.UTF8.GetBytes(link), out var inode));
        Assert.Equal(expected, inode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("socket:[")]
    [InlineData("socket:[]")]
    [InlineData("socket:[12")]
    [InlineData("socket:[12x]")]
    [InlineData("socket:[-1]")]
    [InlineData("socket:[18446744073709551616]")]
    [InlineData("pipe:[4711]")]
    [InlineData("/tmp/socket:[4711]")]
    public void OtherLinksAreNoSockets(string link) =>
        Assert.False(LinuxProcess.TryParseSocketLink(Encoding.UTF8.GetBytes(link), out _));

    [Fact]
    public void InterfacesWithALinkLocalAddressAreFound() => Assert.Equal(
        [2u, 0x1fu],
        LinkLocalInterfaces.Parse(
        [
            "00000000000000000000000000000001 01 80 10 80       lo",
            "fe80000000000000000000000000000a 1f 40 20 80     eth1",
            "fe80000000000000000000000000000b 02 40 20 80     eth0",
            "nonsense",
        ]));
}
