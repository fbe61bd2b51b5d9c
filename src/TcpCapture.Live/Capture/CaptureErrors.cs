using SharpPcap;

namespace TcpCapture.Live.Capture;

/// <summary>The messages for a capture that cannot start, or that ends early.</summary>
internal static class CaptureErrors
{
    public static CaptureException NoLibpcap() => new(
        "Cannot capture: libpcap is not installed. " + (OperatingSystem.IsWindows()
            ? "Install Npcap from https://npcap.com."
            : "Install it (Debian, Ubuntu: apt-get install libpcap0.8; Fedora: dnf install libpcap)."));

    public static CaptureException UnknownInterface(string name, IEnumerable<string> known) => new(
        $"Cannot capture on \"{name}\": there is no such interface. Available interfaces: {string.Join(", ", known)}.");

    public static CaptureException BadFilter(string filter, string reason) => new(
        $"Cannot use the filter \"{filter}\": {OneLine(reason)}. See man pcap-filter for the syntax.");

    /// <summary>Why an interface could not be opened; <paramref name="detail"/> is the text of libpcap, or empty.</summary>
    public static CaptureException CannotOpen(string name, PcapException cause, string detail) => cause.Error switch
    {
        PcapError.PermissionDenied or PcapError.PromiscuousPermissionDenied => new(
            $"Cannot capture on {name}: no privilege. Capturing needs root, or the capability CAP_NET_RAW "
            + "(setcap cap_net_raw+ep FILE).", cause, Remedy.UsePrivateNamespace),
        PcapError.InterfaceNotUp => new(
            $"Cannot capture on {name}: the interface is down. Bring it up (ip link set {name} up) or choose another.", cause),
        PcapError.NoSuchDevice => new($"Cannot capture on {name}: the interface has disappeared. Choose another.", cause),
        _ => new($"Cannot capture on {name}: {OneLine(detail.Length == 0 ? cause.Message : detail)}.", cause, Remedy.ChooseInterface),
    };

    public static CaptureException NotANetwork(string name) => new(
        $"Cannot capture on {name}: it is not a network interface.", remedy: Remedy.ChooseInterface);

    public static string WentDown(string name) => Failed(name, "the interface went down");
    public static string Disappeared(string name) => Failed(name, "the interface disappeared");
    public static string Failed(string name, string reason) => $"The capture on {name} ended early: {OneLine(reason)}.";

    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .TrimEnd('.');
}
