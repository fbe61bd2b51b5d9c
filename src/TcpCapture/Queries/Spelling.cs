namespace TcpCapture.Queries;

/// <summary>Suggests a known word for a misspelt one.</summary>
internal static class Spelling
{
    private const int MaxLength = 32;

    /// <summary>The nearest known word, if at most a third of its letters differ; else null.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > MaxLength) return null;
        var (nearest, least) = ((string?)null, int.MaxValue);
        foreach (var word in known)
        {
            var distance = Distance(written.ToUpperInvariant(), word.ToUpperInvariant());
            if (distance < least && distance <= Math.Max(1, word.Length / 3)) (nearest, least) = (word, distance);
        }

        return nearest;
    }

    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
