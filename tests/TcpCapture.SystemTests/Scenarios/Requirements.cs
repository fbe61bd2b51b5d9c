namespace TcpCapture.SystemTests.Scenarios;

/// <summary>The requirements of these tests.</summary>
internal static class Requirements
{
    public static void SkipUnlessRoot() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
        "needs Linux and root: CAP_NET_RAW to hear segments, CAP_NET_ADMIN and CAP_SYS_ADMIN for namespaces");
}
