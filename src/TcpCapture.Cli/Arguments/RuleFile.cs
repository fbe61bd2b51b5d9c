namespace TcpCapture.Cli.Arguments;

/// <summary>A file of rules. That one cannot be read is kept until the command runs, for it is no mistake of usage.</summary>
internal sealed record RuleFile(IReadOnlyList<Expectation> Rules, RuleFileException? Failure)
{
    /// <exception cref="QueryException">A line is no rule, or there is none.</exception>
    public static RuleFile Read(string path)
    {
        try
        {
            using var file = File.OpenText(path);
            var rules = Expectation.ParseLines(file);
            if (rules.Count == 0) throw new QueryException("It holds no rule, and what checks nothing must not pass: write one a line.", 1);
            return new RuleFile(rules, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new RuleFile([], new RuleFileException($"The rules of {path} cannot be read ({error.Message.TrimEnd('.')}): name a file that can.", error));
        }
    }
}
