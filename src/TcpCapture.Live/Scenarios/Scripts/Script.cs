namespace TcpCapture.Live.Scenarios.Scripts;

/// <summary>What a scenario is called and shows.</summary>
internal abstract class Script(string name, string summary)
{
    public string Name => name;
    public string Summary => summary;
}
