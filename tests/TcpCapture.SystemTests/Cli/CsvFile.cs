using System.Text;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Reads a CSV file by RFC 4180, with other code than the writer's.</summary>
internal static class CsvFile
{
    /// <summary>The rows by column name; each row must have as many fields as the header.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string path)
    {
        var records = Records(File.ReadAllText(path)).ToArray();
        var names = records[0];
        return
        [
            .. records[1..].Select(fields =>
            {
                Assert.Equal(names.Length, fields.Length);
                return names.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second);
            }),
        ];
    }

    /// <summary>The header line.</summary>
    public static string Header(string path) => File.ReadLines(path).First();

    private static IEnumerable<string[]> Records(string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (isQuoted && character == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[++i]);
            else if (character == '"') isQuoted = !isQuoted;
            else if (isQuoted || character is not (',' or '\n' or '\r')) field.Append(character);
            else if (character != '\r')
            {
                fields.Add(field.ToString());
                field.Clear();
                if (character == ',') continue;
                yield return [.. fields];
                fields.Clear();
            }
        }

        Assert.False(isQuoted || field.Length > 0 || fields.Count > 0, "the last line is not ended");
    }
}
