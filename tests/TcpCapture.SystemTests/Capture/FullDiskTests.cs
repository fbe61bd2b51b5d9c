using System.Diagnostics;
using TcpCapture.CaptureFiles.Pcap;
using TcpCapture.Export.Output;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Capture;

public class FullDiskTests
{
    [Theory]
    [InlineData("1m", 100_000)]
    [InlineData("20m", 1_000_000)]
    [InlineData("1m", 8_000)]
    public void AFullDiskIsReported(string size, int frames)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a tmpfs needs root");
        var folder = Directory.CreateTempSubdirectory("tcpcapture-full-").FullName;
        try
        {
            Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder), "a tmpfs cannot be mounted");
            try
            {
                var path = Path.Combine(folder, "capture.pcap");
                var written = 0;
                var error = Assert.Throws<IOException>(() =>
                {
                    using var file = new StagedFile(path);
                    var writer = new PcapWriter(file.Stream, 1, 262144);
                    for (; written < frames; written++)
                        writer.Write(new Frame(new Timestamp(written), 1, 150, new byte[150]));
                    file.Finish();
                });
                Assert.StartsWith("No space left on device", error.Message);
                Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
                Assert.True(written < frames || frames <= 100_000, "reported only at the end");
            }
            finally
            {
                Assert.True(Run("umount", folder));
            }
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
