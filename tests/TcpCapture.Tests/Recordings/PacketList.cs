using System.Globalization;
using System.Text;
using TcpCapture.CaptureFiles.PcapNg;
using TcpCapture.Recordings.Format;
using TcpCapture.Tests.Export.Csv;

namespace TcpCapture.Tests.Recordings;

/// <summary>The rows of a file's packet list, as other pcapng programs show them.</summary>
internal static class PacketList
{
    /// <summary>Asserts that <c>timeline.pcapng</c> and <c>timeline.csv</c> have the same rows.</summary>
    public static void AssertIsTheTimeline(Outputs outputs)
    {
        var events = CsvRows.Parse(outputs.Text("timeline.csv"));
        var column = events[0].Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index);
        var expected = events.Skip(1).Select(row => row[column["kind"]] is "segment" or "icmp"
            ? $"frame {row[column["frame"]]} {row[column["time"]]} {Ends(row[column["client_state"]], row[column["server_state"]], row[column["flags"]])}"
            : $"{row[column["kind"]]} {row[column["event"]]} {row[column["time"]]}");
        Assert.Equal(expected, Read(outputs.Bytes(Recording.FileName)).Select(row => row.Summary));
    }

    /// <summary>The rows of a file, in its order.</summary>
    public static List<PacketRow> Read(byte[] file)
    {
        var rows = new List<PacketRow>();
        var reader = new PcapNgReader(new MemoryStream(file));
        while (reader.Next(out var block))
        {
            if (block.IsPacket) rows.Add(Packet(block));
            if (block.Type == PcapNgBlockType.JournalEntry) rows.Add(Entry(block));
        }

        return rows;
    }

    private static string Ends(string client, string server, string flags) =>
        flags.Length == 0 ? "" : $"client {(client.Length > 0 ? client : "unknown")}, server {(server.Length > 0 ? server : "unknown")}";

    private static PacketRow Packet(in PcapNgBlock block)
    {
        var options = new Dictionary<string, string>();
        var reader = block.Options;
        while (reader.Next(out var code, out var value))
        {
            options[code.ToString(CultureInfo.InvariantCulture)] = code == PcapNgFormat.Comment && !options.ContainsKey("1")
                ? Encoding.UTF8.GetString(value)
                : code == PcapNgFormat.Comment ? options["1"] : Convert.ToHexString(value);
        }

        var comment = options["1"];
        var ends = comment.StartsWith("client ", StringComparison.Ordinal) ? comment.Split(';')[0] : "";
        var id = BitConverter.ToInt64(Convert.FromHexString(options["5"]));
        return new PacketRow($"frame {id} {block.Frame.Time} {ends}", comment, options);
    }

    private static PacketRow Entry(in PcapNgBlock block)
    {
        var fields = new Dictionary<string, string>();
        var reader = new JournalFieldReader(block.Entry, block.Offset);
        while (reader.Next(out var name, out var value)) fields[Encoding.UTF8.GetString(name)] = Encoding.UTF8.GetString(value);
        return new PacketRow($"{fields["TCP_KIND"]} {fields["TCP_EVENT"]} {fields["TCP_TIME"]}", fields["MESSAGE"], fields);
    }
}
