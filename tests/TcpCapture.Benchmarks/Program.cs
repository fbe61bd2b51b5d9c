namespace TcpCapture.Benchmarks;

internal static class Program
{
    private static void Main()
    {
    }
}
