using System.Text;

namespace TcpCapture.Live.Programs;

/// <summary>
/// Splits one string into a command's words, as a shell would that knows quotes and nothing else: words are separated by
/// blanks; in single quotes everything stands for itself; in double quotes everything but a backslash before a double quote or
/// another backslash; outside of quotes a backslash takes the next character as it is.
/// </summary>
internal sealed class CommandWords
{
    private const string ShellOnly = "|&;<>()$`";

    private readonly List<string> _words = [];
    private readonly StringBuilder _word = new();
    private bool _isWord;

    private CommandWords()
    {
    }

    /// <summary>Splits it.</summary>
    /// <param name="text">The command.</param>
    /// <param name="words">Its words, if it could be split.</param>
    /// <returns>Null, or what is wrong with it: one sentence without a full stop.</returns>
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
                return $"'{character}' is for a shell, and none is between: quote it, or write \"sh -c '…'\"";
            else if (character is '\'' or '"')
            {
                if (!ReadQuoted(text, ref i)) return $"a quotation mark ({character}) is not closed";
            }
            else
            {
                if (character == '\\' && ++i == text.Length) return "it ends with a backslash that quotes nothing";
                Add(text[i]);
            }
        }

        End();
        return _words.Count == 0 ? "it is empty" : null;
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
