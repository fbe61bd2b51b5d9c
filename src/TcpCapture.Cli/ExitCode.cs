namespace TcpCapture.Cli;

/// <summary>What the command says to the program that started it.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Usage = 1;
    public const int CouldNot = 2;

    /// <summary>Done, but a rule of --expect does not hold, or cannot be told.</summary>
    public const int Unexpected = 3;
}
