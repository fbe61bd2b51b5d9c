namespace TcpCapture.Tests;

/// <summary>Tells whether an action allocates, on this thread.</summary>
internal static class Allocation
{
    private const int SmallestObject = 24;

    /// <summary>
    /// Asserts that an action does not allocate each of <paramref name="times"/> times. A collection caused by another test
    /// charges this thread with the rest of its allocation buffer, some kilobytes, so not a byte at all cannot be asked for.
    /// </summary>
    public static void AssertNoneIn(int times, Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < times; number++) action();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, times * SmallestObject / 2);
    }
}
