// Runs a scenario that ends in a reset and says why: dotnet run --project samples/WhyReset [SCENARIO]   (as root)
using TcpCapture;
using TcpCapture.Exchange;
using TcpCapture.Recordings;

var scenario = Scenarios.Find(args.FirstOrDefault() ?? "killed-unread");
if (scenario is null)
{
    Console.Error.WriteLine("There is no such scenario: " + string.Join(", ", Scenarios.All.Select(s => s.Name)));
    return 1;
}

var path = Path.Combine(Path.GetTempPath(), $"why-reset-{Environment.ProcessId}");
var folder = Experiment.Run(
    scenario, new ExchangeOptions { Port = 12346 }, new CaptureSessionOptions(), () => OutputFolder.Create(path, force: false));
folder.Export();

// Any time later, anywhere, without privilege: the recording gives the same answer.
foreach (var finding in Timeline.Correlate(Recording.Open(path))) Console.WriteLine(finding.Text);
Console.WriteLine($"The evidence is in {path}.");
return 0;
