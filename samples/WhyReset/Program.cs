using TcpCapture;
using TcpCapture.Live;

// Runs a scenario and prints its findings, such as why it ended in a reset: dotnet run --project samples/WhyReset [SCENARIO]   (as root)

var scenario = Scenario.Find(args.FirstOrDefault() ?? "killed-unread");
if (scenario is null)
{
    Console.Error.WriteLine("There is no such scenario. Choose one of: " + string.Join(", ", Scenario.All.Select(s => s.Name)));
    return 1;
}

var path = Path.Combine(Path.GetTempPath(), $"why-reset-{Environment.ProcessId}");
try
{
    scenario = scenario with { Port = 12346 };
    var folder = await scenario.RunAsync(new CaptureSessionOptions(), () => OutputFolder.Create(path, force: false));
    folder.Export();
}
catch (TcpCaptureException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

// The recording gives the same timeline at any time, on any machine, without privilege.
foreach (var finding in Timeline.Correlate(Recording.Open(path))) Console.WriteLine(finding.Text);
Console.WriteLine($"The evidence is in {path}.");
return 0;
