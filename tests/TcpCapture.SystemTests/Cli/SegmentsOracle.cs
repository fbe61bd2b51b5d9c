using System.Globalization;

namespace TcpCapture.SystemTests.Cli;

/// <summary>Compares tshark's reading of a capture with the segment rows of timeline.csv.</summary>
internal static class SegmentsOracle
{
    private static readonly string[] Fields =
    [
        "frame.number", "frame.time_epoch", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport",
        "tcp.flags", "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "tcp.window_size_value",
    ];

    /// <summary>Checks that each frame equals one segment row, in order.</summary>
    public static void Agrees(string capture, IReadOnlyList<IReadOnlyDictionary<string, string>> timeline)
    {
        var said = Read(capture, Fields).Select(Describe);
        var rows = timeline.Where(row => row["kind"] == "segment").Select(row => string.Join(' ',
            row["frame"], row["time"], row["from"], row["to"], row["flags"], row["seq"], row["ack"], row["length"], row["window"]));
        Assert.Equal(said, rows);
    }

    /// <summary>tshark's fields: one line per frame, separated by tabs.</summary>
    public static string[] Read(string capture, params string[] fields) => ReadWith([], capture, fields);

    /// <summary>The same with further tshark options.</summary>
    public static string[] ReadWith(string[] options, string capture, params string[] fields)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "needs tshark, the oracle");
        var run = Command.RunProgram(
            ["tshark", "-r", capture, "-o", "tcp.relative_sequence_numbers:false", "-t", "e", "-T", "fields", .. options, .. fields.SelectMany(field => (string[])["-e", field])],
            ("TZ", "UTC"));
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.OutputLines;
    }

    private static string Describe(string line)
    {
        var f = line.Split('\t');
        var flags = Convert.ToInt32(f[8], 16);
        var epoch = f[1].Split('.');
        var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(epoch[0], CultureInfo.InvariantCulture));
        return string.Join(' ',
            f[0], $"{time.ToString("s", CultureInfo.InvariantCulture)}.{epoch[1]}Z", End(f[2], f[3], f[4]), End(f[5], f[6], f[7]), InTcpdumpsWords(flags),
            f[9], (flags & 0x10) != 0 ? f[10] : "", f[11], f[12]);
    }

    private static string End(string ipv4, string ipv6, string port) => ipv4.Length > 0 ? $"{ipv4}:{port}" : $"[{ipv6}]:{port}";

    private static string InTcpdumpsWords(int flags)
    {
        var (letters, text) = ("FSRP.U", "");
        for (var bit = 0; bit < letters.Length; bit++)
            if ((flags & (1 << bit)) != 0 && letters[bit] != '.') text += letters[bit];
        return (flags & 0x10) != 0 ? text + "." : text;
    }
}
