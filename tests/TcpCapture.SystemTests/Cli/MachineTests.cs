using System.Net.NetworkInformation;
using System.Text.Json;

namespace TcpCapture.SystemTests.Cli;

/// <summary>The commands that describe the machine, as text and as JSON.</summary>
[Collection(CommandCollection.Name)]
public sealed class MachineTests
{
    [Fact]
    public void InterfacesAreListed()
    {
        var json = JsonDocument.Parse(Command.Run("interfaces", "--json").Succeeded().Output).RootElement.EnumerateArray().ToArray();
        var table = Command.Run("interfaces").Succeeded().OutputLines;
        Assert.Equal(json.Select(found => found.GetProperty("name").GetString()), table.Select(line => line.Split(' ')[0]));
        Assert.Contains(table, line => line.StartsWith("any ", StringComparison.Ordinal));

        // The system's list, read without libpcap.
        foreach (var known in NetworkInterface.GetAllNetworkInterfaces().Where(i => i.OperationalStatus == OperationalStatus.Up))
        {
            var found = json.Single(i => i.GetProperty("name").GetString() == known.Name);
            Assert.True(found.GetProperty("up").GetBoolean(), known.Name);
            Assert.Equal(known.NetworkInterfaceType == NetworkInterfaceType.Loopback, found.GetProperty("loopback").GetBoolean());
            Assert.Equal(
                known.GetIPProperties().UnicastAddresses.Select(address => address.Address.ToString()).Order(),
                found.GetProperty("addresses").EnumerateArray().Select(address => address.GetString()!).Order());
        }

        Assert.EndsWith("(the default)", Assert.Single(table, line => line.StartsWith("lo ", StringComparison.Ordinal)));
    }

    [Fact]
    public void DoctorSaysWhatIsAvailable()
    {
        var json = JsonDocument.Parse(Command.Run("doctor", "--json").Succeeded().Output).RootElement.EnumerateArray().ToArray();
        var table = Command.Run("doctor").Succeeded().OutputLines;
        Assert.Equal(
            json.Select(check => $"{(check.GetProperty("available").GetBoolean() ? "yes" : "no ")}  {check.GetProperty("what").GetString()}"),
            table.Select((line, index) => line[..(5 + json[index].GetProperty("what").GetString()!.Length)]));
        foreach (var needed in (string[])["libpcap", "capture", "states: sampled", "states: portable"])
            Assert.True(Available(json, needed), needed);
        Assert.Equal("root", Check(json, "privilege").GetProperty("detail").GetString());
    }

    [Fact]
    public void DoctorAdvisesUsersWithoutPrivilege()
    {
        using var folder = new TestFolder();
        var json = JsonDocument.Parse(new Unprivileged(folder).Run("doctor", "--json").Succeeded().Output).RootElement.EnumerateArray().ToArray();
        Assert.False(Available(json, "capture"));
        Assert.Contains("--sandbox", Check(json, "capture").GetProperty("detail").GetString());
        Assert.True(Available(json, "states: sampled"));
    }

    private static JsonElement Check(JsonElement[] checks, string what) => checks.Single(check => check.GetProperty("what").GetString() == what);

    private static bool Available(JsonElement[] checks, string what) => Check(checks, what).GetProperty("available").GetBoolean();
}
