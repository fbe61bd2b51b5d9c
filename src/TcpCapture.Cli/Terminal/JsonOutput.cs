using System.CommandLine;
using System.Text.Json;

namespace TcpCapture.Cli.Terminal;

/// <summary>Answers for machines.</summary>
internal static class JsonOutput
{
    public static Option<bool> Option() => new("--json") { Description = "Print JSON." };

    public static void Write(Action<Utf8JsonWriter> write)
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true })) write(writer);
        output.Write("\n"u8);
    }
}
