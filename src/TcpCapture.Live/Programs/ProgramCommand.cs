using System.Diagnostics.CodeAnalysis;
using TcpCapture.Live.Programs;

namespace TcpCapture.Live;

/// <summary>A program to be started, and its arguments. No shell is between.</summary>
/// <param name="File">Its name, looked for in PATH, or a path.</param>
/// <param name="Arguments">Its arguments, without the name.</param>
public sealed record ProgramCommand(string File, IReadOnlyList<string> Arguments)
{
    private const string Harmless = "-_./:=@%+,~";

    /// <summary>From words: the first is the program.</summary>
    /// <param name="words">At least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ProgramCommand Of(params IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0) throw new ArgumentException("A command has at least one word.", nameof(words));
        return new ProgramCommand(words[0], [.. words.Skip(1)]);
    }

    /// <summary>
    /// Reads a command as it is typed into a shell, of which only the quotes are known: words are separated by blanks; in single
    /// quotes everything stands for itself; in double quotes everything but a backslash before a double quote or another backslash;
    /// outside of quotes a backslash takes the next character as it is. What only a shell could do (pipes, redirections, variables,
    /// lists) is refused, not passed on.
    /// </summary>
    /// <param name="text">The command.</param>
    /// <param name="command">It, if it could be read.</param>
    /// <param name="mistake">What is wrong with it otherwise: one sentence without a full stop.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ProgramCommand? command, [NotNullWhen(false)] out string? mistake)
    {
        ArgumentNullException.ThrowIfNull(text);
        mistake = CommandWords.Split(text, out var words);
        command = mistake is null ? Of(words) : null;
        return command is not null;
    }

    /// <summary>As one would type it into a shell.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(File).Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
