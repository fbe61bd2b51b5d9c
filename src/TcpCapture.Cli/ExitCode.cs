namespace TcpCapture.Cli;

/// <summary>What the command says to the program that started it.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Usage = 1;
    public const int CouldNot = 2;
}
