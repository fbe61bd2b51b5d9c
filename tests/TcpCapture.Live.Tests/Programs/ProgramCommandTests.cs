using TcpCapture.Live.Programs;

namespace TcpCapture.Live.Tests.Programs;

public class ProgramCommandTests
{
    public static TheoryData<string, string[]> Commands() => new()
    {
        { "python3 server.py 80", ["python3", "server.py", "80"] },
        { "  a \t b\n", ["a", "b"] },
        { "sh -c 'a > \"b\" | c'", ["sh", "-c", "a > \"b\" | c"] },
        { @"a ""b \""c\"" \\ \d""", ["a", @"b ""c"" \ \d"] },
        { @"a\ b c\'d", ["a b", "c'd"] },
        { "a '' \"\"", ["a", "", ""] },
        { "a'b'\"c\"d", ["abcd"] },
        { "a *.txt ~ #x @y {z} =", ["a", "*.txt", "~", "#x", "@y", "{z}", "="] },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void WordsAreSplitByAShellsRulesForQuotes(string text, string[] words)
    {
        Assert.True(ProgramCommand.TryParse(text, out var command, out _));
        Assert.Equal(words, command.Arguments.Prepend(command.File));
    }

    [Theory]
    [InlineData("a 'b", "a quotation mark (') is not closed")]
    [InlineData("a \"b", "a quotation mark (\") is not closed")]
    [InlineData("a \"b\\\"", "a quotation mark (\") is not closed")]
    [InlineData("a b\\", "no character follows the last backslash")]
    [InlineData("", "the command is empty")]
    [InlineData(" \t", "the command is empty")]
    [InlineData("a | b", "'|' needs a shell, and no shell is used: quote it, or write \"sh -c '…'\"")]
    [InlineData("a $HOME", "'$' needs a shell, and no shell is used: quote it, or write \"sh -c '…'\"")]
    public void UnquotedShellSyntaxIsRefused(string text, string mistake)
    {
        Assert.False(ProgramCommand.TryParse(text, out _, out var found));
        Assert.Equal(mistake, found);
    }

    [Theory]
    [InlineData("curl -s http://localhost:80/")]
    [InlineData("sh -c 'exit 7'")]
    [InlineData("a ''")]
    [InlineData(@"a 'it'\''s'")]
    public void APrintedCommandParsesToItself(string text)
    {
        Assert.True(ProgramCommand.TryParse(text, out var command, out _));
        Assert.Equal(text, command.ToString());
    }
}
