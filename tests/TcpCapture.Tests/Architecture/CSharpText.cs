using System.Text.RegularExpressions;

namespace TcpCapture.Tests.Architecture;

/// <summary>C# reduced to what the compiler binds, character for character in its old place.</summary>
/// <remarks>
/// A rule must not trip over a namespace in a comment or an error message. Comments and literals become blanks;
/// interpolated strings stay, since their holes are code.
/// </remarks>
internal static partial class CSharpText
{
    public static string WithoutCommentsAndLiterals(string source) =>
        Trivia().Replace(source, match => match.Groups["keep"].Success ? match.Value : Blank(match.Value));

    public static int LineOf(string source, int index) => source.AsSpan(0, index).Count('\n') + 1;

    private static string Blank(string text) => NotNewLine().Replace(text, " ");

    [GeneratedRegex("""
        //[^\n]*
        | /\*[\s\S]*?\*/
        | (?<keep>(?:@\$|\$@)"(?:[^"]|"")*")
        | @"(?:[^"]|"")*"
        | (?<keep>\$+(?<quotes>"{3,})[\s\S]*?\k<quotes>)
        | (?<quotes>"{3,})[\s\S]*?\k<quotes>
        | (?<keep>\$"(?:\\.|\{\{|\}\}|\{(?:[^{}"]|"(?:\\.|[^"\\\n])*")*\}|[^"\\{}\n])*")
        | "(?:\\.|[^"\\\n])*"
        | '(?:\\[^'\n]+|\\'|[^'\\\n])'
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Trivia();

    [GeneratedRegex(@"[^\r\n]")]
    private static partial Regex NotNewLine();
}
