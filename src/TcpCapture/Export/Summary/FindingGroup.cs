using System.Globalization;
using System.Text;

namespace TcpCapture.Export.Summary;

/// <summary>Findings that say the same of several connections: they differ in numbers only.</summary>
/// <param name="first">The first of them.</param>
internal sealed class FindingGroup(Finding first)
{
    private const int MostNamed = 8;

    private readonly List<int> _named = [];

    /// <summary>The first, which speaks for all.</summary>
    public Finding First => first;

    /// <summary>How many more there are.</summary>
    public long Others { get; private set; }

    /// <summary>Which others there are, for people.</summary>
    /// <param name="isCut">There may be more, for not all findings were kept.</param>
    public string Rest(bool isCut) => string.Create(CultureInfo.InvariantCulture,
        $"The same, but for numbers, is true of {(isCut ? "at least " : "")}{Others:N0} more: {string.Join(", ", _named)}{(Others > _named.Count ? " …" : "")}");

    /// <summary>Puts findings together, in the order of the first of each group; the largest groups first.</summary>
    public static IReadOnlyList<FindingGroup> Of(IEnumerable<Finding> findings)
    {
        var groups = new Dictionary<string, FindingGroup>(StringComparer.Ordinal);
        foreach (var finding in findings)
        {
            var key = WithoutNumbers(finding.Text);
            if (groups.TryGetValue(key, out var group)) group.Add(finding);
            else groups.Add(key, new FindingGroup(finding));
        }

        return [.. groups.Values.OrderByDescending(group => group.Others)];
    }

    private void Add(Finding finding)
    {
        Others++;
        if (finding.Connection is { } connection && _named.Count < MostNamed) _named.Add(connection.Number);
    }

    private static string WithoutNumbers(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) key.Append(c);
            else if (key.Length == 0 || key[^1] != '0') key.Append('0');
        }

        return key.ToString();
    }
}
