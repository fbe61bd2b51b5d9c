using System.Diagnostics.CodeAnalysis;

namespace TcpCapture.Live.Programs;

/// <summary>A program to start, and its arguments. No shell is used.</summary>
/// <param name="File">A path, or a name to find in PATH.</param>
/// <param name="Arguments">The arguments, without the program's name.</param>
internal sealed record ProgramCommand(string File, IReadOnlyList<string> Arguments)
{
    private const int MaxTitleLength = 120;
    private const string Harmless = "-_./:=@%+,~";

    /// <summary>Creates a command from its words; the first one is the program.</summary>
    /// <exception cref="ArgumentException">There is no word.</exception>
    public static ProgramCommand Of(params IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0) throw new ArgumentException("A command has at least one word.", nameof(words));
        return new ProgramCommand(words[0], [.. words.Skip(1)]);
    }

    /// <summary>Splits a command line into words at blanks, with a shell's rules for quotes and backslashes.</summary>
    /// <remarks><see cref="ProgramRun.TrySplit"/> has the rules.</remarks>
    /// <param name="text">The command line.</param>
    /// <param name="command">The command, if the text is valid.</param>
    /// <param name="mistake">The error otherwise: a sentence without a full stop.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ProgramCommand? command, [NotNullWhen(false)] out string? mistake)
    {
        ArgumentNullException.ThrowIfNull(text);
        mistake = CommandWords.Split(text, out var words);
        command = mistake is null ? Of(words) : null;
        return command is not null;
    }

    /// <summary>Returns the command line, quoted for a shell.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(File).Select(Quote));

    /// <summary>The command line as a heading: shortened, without control characters.</summary>
    public string Title
    {
        get
        {
            var line = string.Concat(ToString().Select(c => char.IsControl(c) ? ' ' : c));
            return line.Length <= MaxTitleLength ? line : line[..(MaxTitleLength - 1)] + "…";
        }
    }

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
