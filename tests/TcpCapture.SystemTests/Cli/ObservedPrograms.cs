using System.Reflection;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Ordinary programs to run under <c>tcpcapture exec</c>.</summary>
internal static class ObservedPrograms
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Cli", "Programs");

    public static string Server => Path.Combine(Folder, "server.py");

    public static string Client => Path.Combine(Folder, "client.py");

    /// <summary>A process with many connections to itself.</summary>
    public static string Load => Path.Combine(Folder, "load.py");

    /// <summary>A .NET program with an HttpClient.</summary>
    public static string HttpGet => typeof(ObservedPrograms).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "HttpGet").Value!;

    public static void SkipUnlessInstalled(params string[] programs)
    {
        foreach (var program in programs)
        {
            Assert.SkipUnless(
                (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))),
                $"needs {program}: apt-get install {program}");
        }
    }
}
