using TcpCapture.Expectations;

namespace TcpCapture.Cli;

/// <summary>A file of rules. That one cannot be read is kept until the command runs, for it is no mistake of usage.</summary>
internal sealed record RuleFile(IReadOnlyList<Expectation> Rules, RuleFileException? Failure)
{
    /// <exception cref="ExpectationException">A line is no rule.</exception>
    public static RuleFile Read(string path)
    {
        try
        {
            using var file = File.OpenText(path);
            return new RuleFile(Expectation.ParseLines(file), null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new RuleFile([], new RuleFileException($"The rules of {path} cannot be read ({error.Message.TrimEnd('.')}): name a file that can.", error));
        }
    }
}
