using TcpCapture.Model;

namespace TcpCapture.Live.Tests;

public class CaptureScopeTests
{
    [Fact]
    public void ItsFilterIsThatOfItsServerOrOfAllItsPorts()
    {
        Assert.Equal("tcp port 80 and host 127.0.0.1", Of("127.0.0.1:80").ToFilter());
        Assert.Equal("tcp port 80", Of("0.0.0.0:80").ToFilter());
        Assert.Equal("tcp", new CaptureScope().ToFilter());
        Assert.Equal("(tcp port 80 or tcp port 443)", new CaptureScope { Ports = [80, 443] }.ToFilter(" "));
        Assert.Equal("(tcp port 80 and host ::1) and (len < 100 or ip6)", Of("[::1]:80").ToFilter("len < 100 or ip6"));
    }

    private static CaptureScope Of(string server) => CaptureScope.Of(Endpoint.TryParse(server, out var endpoint) ? endpoint : throw new ArgumentException(server));
}
