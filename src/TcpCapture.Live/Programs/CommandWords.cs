using System.Text;

namespace TcpCapture.Live.Programs;

/// <summary>Splits a command into words by the rules of <see cref="ProgramCommand.TryParse"/>.</summary>
internal sealed class CommandWords
{
    private const string ShellOnly = "|&;<>()$`";

    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();
    private bool _isWord;

    private CommandWords()
    {
    }

    /// <summary>Splits a command; returns the error, a sentence without a full stop, or null.</summary>
    public static string? Split(string text, out IReadOnlyList<string> words)
    {
        var split = new CommandWords();
        words = split._words;
        return split.Read(text);
    }

    private string? Read(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (char.IsWhiteSpace(character)) End();
            else if (ShellOnly.Contains(character, StringComparison.Ordinal))
                return $"'{character}' needs a shell, and no shell is used: quote it, or write \"sh -c '…'\"";
            else if (character is '\'' or '"')
            {
                if (!ReadQuoted(text, ref i)) return $"a quotation mark ({character}) is not closed";
            }
            else
            {
                if (character == '\\' && ++i == text.Length) return "no character follows the last backslash";
                Add(text[i]);
            }
        }

        End();
        return _words.Count == 0 ? "the command is empty" : null;
    }

    private bool ReadQuoted(string text, ref int i)
    {
        var mark = text[i];
        _isWord = true;
        for (i++; i < text.Length; i++)
        {
            if (text[i] == mark) return true;
            if (mark == '"' && text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\') i++;
            if (i < text.Length) Add(text[i]);
        }

        return false;
    }

    private void Add(char character)
    {
        _word.Append(character);
        _isWord = true;
    }

    private void End()
    {
        if (_isWord) _words.Add(_word.ToString());
        _word.Clear();
        _isWord = false;
    }
}
