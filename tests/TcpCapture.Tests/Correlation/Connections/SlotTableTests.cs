using System.Net;
using TcpCapture.Correlation.Connections;
using TcpCapture.Model;

namespace TcpCapture.Tests.Correlation.Connections;

/// <summary>Compares the table with a dictionary through many additions and removals.</summary>
public class SlotTableTests
{
    private static readonly Endpoint Server = Endpoint.From(IPAddress.Parse("10.0.0.2"), 80);

    [Theory]
    [InlineData(1, ulong.MaxValue)]
    [InlineData(2, 7)] // only eight hashes: long runs, which removals must close
    [InlineData(3, 63)]
    public void FindsTheSameAsADictionary(int seed, ulong mask)
    {
        var random = new Random(seed);
        var table = new SlotTable();
        var expected = new Dictionary<int, ConnectionTable.Slot>();
        for (var step = 0; step < 20_000; step++)
        {
            var port = random.Next(1, 300);
            var client = Endpoint.From(IPAddress.Parse("10.0.0.1"), port);
            var hash = FourTupleHash.Of(client, Server) & mask;
            if (expected.Remove(port, out var there))
            {
                table.Remove(hash, there);
            }
            else
            {
                expected.Add(port, new ConnectionTable.Slot(new Connection(port, default, client, Server)));
                table.Add(hash, expected[port]);
            }

            var asked = Endpoint.From(IPAddress.Parse("10.0.0.1"), random.Next(1, 300));
            var found = table.Find(FourTupleHash.Of(Server, asked) & mask, Server, asked); // named from the other end
            Assert.Same(expected.GetValueOrDefault(asked.Port), found);
            Assert.Equal(expected.Count, table.Count);
        }

        Assert.Equal(expected.Values.ToHashSet(), table.Slots.ToHashSet());
    }

    [Fact]
    public void TheHashIsTheSameFromBothEndsAndDiffersByAddressAndPort()
    {
        Endpoint[] ends =
        [
            Server, Server.WithPort(81), Endpoint.From(IPAddress.Parse("10.0.0.3"), 80), Endpoint.From(IPAddress.Parse("2001:db8::1"), 80),
            Endpoint.From(IPAddress.Parse("2001:db8::1"), 81), Endpoint.From(IPAddress.Parse("2001:db8::1:0:0"), 80), Endpoint.From(IPAddress.Parse("2001:db8:1::1"), 80),
        ];
        var client = Endpoint.From(IPAddress.Parse("10.0.0.1"), 40_000);
        Assert.All(ends, end => Assert.Equal(FourTupleHash.Of(client, end), FourTupleHash.Of(end, client)));
        Assert.Equal(ends.Length, ends.Select(end => FourTupleHash.Of(client, end)).Distinct().Count());
    }
}
