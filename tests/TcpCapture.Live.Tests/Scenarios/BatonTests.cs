using TcpCapture.Live.Scenarios;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.Scenarios;

public class BatonTests
{
    [Fact]
    public void OnlyItsHolderActs()
    {
        var baton = new Baton(isShared: true);
        var acts = new List<string>(); // not thread-safe, so the baton must order the accesses
        Thread Script(Side side, int times) => new(() =>
        {
            baton.Take(side, default);
            for (var i = 0; i < times; i++)
            {
                acts.Add($"{side.ToText()[0]}{i}");
                baton.Pass(side, default);
            }

            baton.Leave(side);
        });
        Thread[] scripts = [Script(Side.Client, 4), Script(Side.Server, 3)];
        foreach (var script in scripts) script.Start();
        foreach (var script in scripts) Assert.True(script.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal("s0 c0 s1 c1 s2 c2 c3", string.Join(' ', acts));
    }

    [Fact]
    public void WithOneProgramNoScriptWaits()
    {
        var baton = new Baton(isShared: false);
        baton.Take(Side.Client, default);
        baton.Pass(Side.Client, default);
        baton.Pass(Side.Client, default);
    }

    [Fact]
    public async Task AWaitEndsWhenCancelled()
    {
        var baton = new Baton(isShared: true);
        using var cancel = new CancellationTokenSource();
        var waiting = Task.Run(() => baton.Take(Side.Client, cancel.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }
}
