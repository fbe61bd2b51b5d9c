using System.Globalization;
using System.Text;

namespace TcpCapture.Findings;

/// <summary>Findings of several connections with the same text apart from numbers.</summary>
internal sealed class FindingGroup(Finding first)
{
    private const int MaxNamed = 8;

    private readonly List<int> _named = [];
    private readonly List<Finding> _single = [first];
    private int _maxSingle = 1;

    public Finding First => first;
    public long Others { get; private set; } // the number of findings beside the first

    /// <summary>Each finding if there are few, else the first with a sentence about the others.</summary>
    public IReadOnlyList<Finding> Findings =>
        Others < _maxSingle ? _single : [first with { Text = $"{first.Text} {Rest(isCut: false)}." }];

    /// <summary>A sentence about the other findings.</summary>
    /// <param name="isCut">Not all findings were kept, so there may be more.</param>
    public string Rest(bool isCut)
    {
        var count = Others.ToString("N0", CultureInfo.InvariantCulture) + (Others == 1 ? " more connection" : " more connections");
        var names = string.Join(", ", _named) + (Others > _named.Count ? " …" : "");
        return $"The same applies to {(isCut ? "at least " : "")}{count}, with other numbers: {names}";
    }

    /// <summary>Groups findings; the largest groups first, groups of one size in the order of their first findings.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="maxSingle">Groups of at most so many also keep their findings.</param>
    public static IReadOnlyList<FindingGroup> Of(IEnumerable<Finding> findings, int maxSingle = 1)
    {
        var groups = new Dictionary<string, FindingGroup>(StringComparer.Ordinal);
        foreach (var finding in findings)
        {
            var key = WithoutNumbers(finding.Text);
            if (groups.TryGetValue(key, out var group)) group.Add(finding);
            else groups.Add(key, new FindingGroup(finding) { _maxSingle = maxSingle });
        }

        return [.. groups.Values.OrderByDescending(group => group.Others)];
    }

    private void Add(Finding finding)
    {
        Others++;
        if (_single.Count < _maxSingle) _single.Add(finding);
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
