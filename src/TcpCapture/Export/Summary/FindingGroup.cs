using System.Globalization;
using System.Text;

namespace TcpCapture.Export.Summary;

/// <summary>Findings of several connections with the same text apart from numbers.</summary>
internal sealed class FindingGroup(Finding first)
{
    private const int MaxNamed = 8;

    private readonly List<int> _named = [];

    public Finding First => first;
    public long Others { get; private set; } // the number of findings beside the first

    /// <summary>A sentence about the other findings.</summary>
    /// <param name="isCut">Not all findings were kept, so there may be more.</param>
    public string Rest(bool isCut)
    {
        var count = Others.ToString("N0", CultureInfo.InvariantCulture) + (Others == 1 ? " more connection" : " more connections");
        var names = string.Join(", ", _named) + (Others > _named.Count ? " …" : "");
        return $"The same applies to {(isCut ? "at least " : "")}{count}, with other numbers: {names}";
    }

    /// <summary>Groups findings; the largest groups first, groups of one size in the order of their first findings.</summary>
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
        if (finding.Connection is { } connection && _named.Count < MaxNamed) _named.Add(connection.Number);
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
