using TcpCapture;
using TcpCapture.Live;

// Follows connections to a port and stops at the first reset: dotnet run --project samples/FollowConnections 8080   (as root)

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => { pressed.Cancel = true; interrupted.Cancel(); };
try
{
    await using var session = await CaptureSession.StartAsync(CaptureScope.OfPort(int.Parse(args[0])), cancellationToken: interrupted.Token);
    await foreach (var change in session.FollowAsync(interrupted.Token))
    {
        Console.WriteLine($"{change.Time.ToDateTime():HH:mm:ss.ffffff} {change.Kind}: {change.Sender} → {change.Receiver}");
        if (change.Kind == ConnectionChangeKind.Reset) break;
    }

    var timeline = await session.FinishAsync(interrupted.Token);
    foreach (var finding in timeline.Findings) Console.WriteLine(finding.Text);
}
catch (Exception error) when (error is TcpCaptureException or OperationCanceledException)
{
    Console.Error.WriteLine(error.Message);
}
