using TcpCapture.Model;

namespace TcpCapture.Live.Tests;

public class CaptureScopeTests
{
    [Fact]
    public void ItsFilterIsThatOfItsServerOrOfAllItsPorts()
    {
        Assert.Equal("tcp port 80 and host 127.0.0.1", Segments(Of("127.0.0.1:80").ToFilter()));
        Assert.Equal("tcp port 80", Segments(Of("0.0.0.0:80").ToFilter()));
        Assert.Equal("tcp", Segments(new CaptureScope().ToFilter()));
        Assert.Equal("(tcp port 80 or tcp port 443)", Segments(new CaptureScope { Ports = [80, 443] }.ToFilter(" ")));
        Assert.Equal("(tcp port 80 and host ::1) and (len < 100 or ip6)", Segments(Of("[::1]:80").ToFilter("len < 100 or ip6")));
    }

    [Fact]
    public void IcmpErrorsAboutItsPortsPassToo()
    {
        Assert.Equal(
            "tcp or ((icmp[17] = 6 and (icmp[0] = 3 or icmp[0] = 4 or icmp[0] = 11 or icmp[0] = 12))"
            + " or (ip6[6] = 58 and ip6[54] = 6 and ip6[40] > 0 and ip6[40] < 5))",
            new CaptureScope().ToFilter());
        Assert.Equal(
            "(tcp port 80 or ((icmp[17] = 6 and (icmp[0] = 3 or icmp[0] = 4 or icmp[0] = 11 or icmp[0] = 12)"
            + " and (icmp[28:2] = 80 or icmp[30:2] = 80))"
            + " or (ip6[6] = 58 and ip6[54] = 6 and ip6[40] > 0 and ip6[40] < 5 and (ip6[88:2] = 80 or ip6[90:2] = 80)))) and (host a)",
            CaptureScope.OfPort(80).ToFilter("host a"));
    }

    private static string Segments(string filter)
    {
        var segments = IcmpFilter.Without(filter);
        Assert.NotEqual(filter, segments);
        Assert.Equal(segments, IcmpFilter.Without(segments));
        return segments;
    }

    private static CaptureScope Of(string server) => CaptureScope.Of(Endpoint.TryParse(server, out var endpoint) ? endpoint : throw new ArgumentException(server));
}
