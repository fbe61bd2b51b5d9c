using System.Text;
using System.Text.Json;
using TcpCapture.Model;

namespace TcpCapture.Cli.Terminal;

/// <summary>stdout and stderr: width, colour, encoding.</summary>
internal static class Screen
{
    private const int DefaultWidth = 100;

    /// <summary>The width of stdout.</summary>
    public static int Width => Console.IsOutputRedirected ? DefaultWidth : Math.Max(Console.WindowWidth, 1);

    /// <summary>Whether stdout has colours: only on a terminal, and not with NO_COLOR (no-color.org).</summary>
    public static bool HasColour => !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>The width of stderr.</summary>
    public static int ErrorWidth => Console.IsErrorRedirected ? DefaultWidth : Math.Max(Console.WindowWidth, 1);

    /// <summary>Breaks a line at blanks so that it fits stdout, if its words do.</summary>
    public static string Fold(string line)
    {
        var text = new StringBuilder();
        var column = 0;
        foreach (var word in line.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.Append('\n');
                column = 0;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        return text.ToString();
    }

    /// <summary>A ladder for stdout.</summary>
    public static ITimelineSink Ladder(TextWriter output, RecordingInfo info) => TimelineOutput.Ladder(output, info, Width, HasColour);

    /// <summary>stdout as UTF-8, buffered.</summary>
    public static StreamWriter Open() => Text(Console.OpenStandardOutput());

    /// <summary>The same, with a pager if the output does not fit the terminal.</summary>
    public static StreamWriter OpenPaged() =>
        !Console.IsOutputRedirected && Console.WindowHeight > 1 && Pager.Wanted() is { } command
            ? Text(new PagedOutput(Console.OpenStandardOutput(), Console.WindowHeight, command))
            : Open();

    /// <summary>Writes indented JSON on stdout.</summary>
    public static void WriteJson(Action<Utf8JsonWriter> write)
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true })) write(writer);
        output.Write("\n"u8);
    }

    /// <summary>Writes an array of objects as indented JSON on stdout.</summary>
    public static void WriteJson<T>(IEnumerable<T> objects, Action<Utf8JsonWriter, T> writeProperties) => WriteJson(json =>
    {
        json.WriteStartArray();
        foreach (var one in objects)
        {
            json.WriteStartObject();
            writeProperties(json, one);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static StreamWriter Text(Stream stream) => new(stream, new UTF8Encoding(false), 32 * 1024);
}
