using TcpCapture.Model;
using TcpCapture.Queries.Expectations;
using TcpCapture.Tests.Correlation;

namespace TcpCapture.Tests.Queries.Expectations;

public class AllocationTests
{
    [Fact]
    public void ASegmentThatBreaksNoRuleAllocatesNothing()
    {
        var played = new Script().Open().Send(Side.Client, "P.", 5).Send(Side.Server, ".").Play();
        var checker = new ExpectationChecker(new RecordingInfo(), [Expectation.Parse("no resets"), Expectation.Parse("client reaches ESTABLISHED")]);
        foreach (var e in played.Events) checker.OnEvent(e, default);
        var segment = played.Events[^1];

        Allocation.AssertNoneIn(10_000, () => checker.OnEvent(segment, default));
    }
}
