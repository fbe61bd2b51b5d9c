using System.Globalization;

namespace TcpCapture.Live.States.Tracing;

/// <summary>A tracepoint's <c>format</c> file: its number, its fields, and the names of numbers in them.</summary>
/// <remarks>All three differ between kernels, so none is hard-coded.</remarks>
internal sealed class TraceFormat(
    string name, int id, Dictionary<string, TraceField> fields, Dictionary<string, Dictionary<long, string>> symbols)
{
    private const int MaxRecord = 65536; // no record is longer than a page
    private const int MaxFields = 256;
    private const string SymbolicCall = "__print_symbolic(REC->";

    public string Name => name;

    /// <summary>The number with which the tracepoint's records begin.</summary>
    public int Id => id;

    /// <summary>Parses a format file.</summary>
    public static TraceFormat Parse(string name, string text)
    {
        var id = -1;
        var fields = new Dictionary<string, TraceField>(StringComparer.Ordinal);
        var symbols = new Dictionary<string, Dictionary<long, string>>(StringComparer.Ordinal);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var rest = line.Trim();
            if (rest.StartsWith("ID:")) id = ReadNumber(name, rest[3..], ushort.MaxValue);
            else if (rest.StartsWith("field:")) Add(name, fields, ReadField(name, rest));
            else if (rest.StartsWith("print fmt:")) ReadSymbols(rest, symbols);
        }

        if (id < 0) throw Unreadable(name, "it has no number");
        return new TraceFormat(name, id, fields, symbols);
    }

    /// <summary>Returns a field of the record; null if this kernel does not have it.</summary>
    public TraceField? Find(string field) => fields.TryGetValue(field, out var found) ? found : null;

    /// <summary>Returns a field that the record must have.</summary>
    public TraceField Require(string field, params ReadOnlySpan<int> sizes)
    {
        if (Find(field) is not { } found) throw Unreadable(Name, $"it has no field {field}");
        if (sizes.Length > 0 && !sizes.Contains(found.Size)) throw Unreadable(Name, $"its field {field} has {found.Size} bytes");
        return found;
    }

    /// <summary>Returns the names of a field's numbers; empty if the kernel provides none.</summary>
    public IReadOnlyDictionary<long, string> SymbolsOf(string field) =>
        symbols.TryGetValue(field, out var found) ? found : new Dictionary<long, string>();

    /// <summary>Parses the line of a field, of a format file or of header_page.</summary>
    public static TraceField ReadField(string name, ReadOnlySpan<char> line)
    {
        var declaration = line["field:".Length..];
        var end = declaration.IndexOf(';');
        if (end < 0) throw Unreadable(name, "a field has no end");
        var offset = ReadNumber(name, ValueOf(name, declaration[end..], "offset:"), MaxRecord);
        var size = ReadNumber(name, ValueOf(name, declaration[end..], "size:"), MaxRecord);
        var isSigned = ReadNumber(name, ValueOf(name, declaration[end..], "signed:"), 1) == 1;
        // "char comm[16]", but "__data_loc char[] filename"
        declaration = declaration[..end].TrimEnd();
        if (declaration.EndsWith("]") && declaration.LastIndexOf('[') is >= 0 and var bracket)
            declaration = declaration[..bracket].TrimEnd();
        var field = declaration[(declaration.LastIndexOf(' ') + 1)..].TrimStart('*');
        if (field.IsEmpty) throw Unreadable(name, "a field has no name");
        return new TraceField(field.ToString(), offset, size, isSigned);
    }

    private static void Add(string name, Dictionary<string, TraceField> fields, TraceField field)
    {
        if (fields.Count == MaxFields) throw Unreadable(name, "it has too many fields");
        fields[field.Name] = field;
    }

    private static ReadOnlySpan<char> ValueOf(string name, ReadOnlySpan<char> attributes, string key)
    {
        var at = attributes.IndexOf(key);
        if (at < 0) throw Unreadable(name, $"a field has no {key.TrimEnd(':')}");
        attributes = attributes[(at + key.Length)..];
        var end = attributes.IndexOf(';');
        return end < 0 ? attributes : attributes[..end];
    }

    private static int ReadNumber(string name, ReadOnlySpan<char> text, int max) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var n)
        && n <= max ? n : throw Unreadable(name, $"'{text}' is not a valid number");

    /// <summary>Parses lists such as <c>__print_symbolic(REC->reason, { 1, "NO_SOCKET" }, …)</c>; skips non-numeric keys.</summary>
    private static void ReadSymbols(ReadOnlySpan<char> text, Dictionary<string, Dictionary<long, string>> symbols)
    {
        while (text.IndexOf(SymbolicCall) is >= 0 and var at)
        {
            text = text[(at + SymbolicCall.Length)..];
            var nameEnd = text.IndexOf(',');
            if (nameEnd < 0) return;
            var names = new Dictionary<long, string>();
            var field = text[..nameEnd].Trim().ToString();
            text = text[nameEnd..];
            while (ReadPair(ref text, names))
            {
            }

            symbols[field] = names;
        }
    }

    private static bool ReadPair(ref ReadOnlySpan<char> text, Dictionary<long, string> names)
    {
        var rest = text.TrimStart(", \t");
        if (!rest.StartsWith("{")) return false;
        var comma = rest.IndexOf(',');
        if (comma < 0) return false;
        var key = rest[1..comma].Trim();
        rest = rest[(comma + 1)..].TrimStart();
        if (!rest.StartsWith("\"")) return false;
        var quote = rest[1..].IndexOf('"');
        if (quote < 0) return false;
        if (TryReadKey(key, out var number)) names[number] = rest[1..(quote + 1)].ToString();
        rest = rest[(quote + 2)..].TrimStart();
        if (!rest.StartsWith("}")) return false;
        text = rest[1..];
        return true;
    }

    private static bool TryReadKey(ReadOnlySpan<char> key, out long number) => key.StartsWith("0x")
        ? long.TryParse(key[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
        : long.TryParse(key.TrimEnd("UL"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static StateSourceException Unreadable(string name, string why) =>
        new($"the kernel's description of the tracepoint {name} cannot be parsed: {why}");
}

/// <summary>A field of a tracepoint's record; offset and size in bytes.</summary>
internal readonly record struct TraceField(string Name, int Offset, int Size, bool IsSigned);
