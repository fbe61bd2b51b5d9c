using static System.Buffers.Binary.BinaryPrimitives;
using static TcpCapture.CaptureFiles.PcapNg.PcapNgFormat;

namespace TcpCapture.CaptureFiles.PcapNg;

/// <summary>Counts the frames that the capture dropped, by interface: from statistics blocks and from options of packets.</summary>
// Statistics count from the start of the capture, so the largest value counts. Packets count what was lost before each of them.
// Both describe the same frames. Damaged options are ignored, as they are in packets.
internal sealed class DropTally(string file)
{
    private const int MaxKept = 1024;
    private const long Limit = long.MaxValue / 4; // keeps sums of damaged counts in range
    private const uint Unknown16 = ushort.MaxValue;

    private readonly List<InterfaceDrops> _all = [];
    private readonly Dictionary<int, (long Statistics, long Packets)> _ofSection = [];

    /// <summary>The interfaces that dropped frames, in all sections so far.</summary>
    public IReadOnlyList<InterfaceDrops> Of(PcapNgSection section) => [.. _all, .. InSection(section)];

    /// <summary>Keeps the counts of a section that has ended.</summary>
    public void EndSection(PcapNgSection section)
    {
        _all.AddRange(InSection(section).Take(MaxKept - _all.Count));
        _ofSection.Clear();
    }

    /// <summary>Takes the body of a statistics block.</summary>
    public void AddStatistics(ReadOnlySpan<byte> body, PcapNgSection section)
    {
        const int optionsAt = 12;
        if (body.Length < optionsAt) return;
        var number = section.BigEndian ? ReadUInt32BigEndian(body) : ReadUInt32LittleEndian(body);
        var options = body[optionsAt..];
        var dropped = Option(options, StatisticsDroppedByInterface, section) + Option(options, StatisticsDroppedByKernel, section);
        Add(number, section, Math.Min(dropped, Limit), 0);
    }

    /// <summary>Takes the options of an enhanced packet block.</summary>
    public void AddOptions(ReadOnlySpan<byte> options, uint number, PcapNgSection section) =>
        Add(number, section, 0, Option(options, PacketDrops, section));

    /// <summary>Takes the count in an obsolete packet block.</summary>
    public void AddObsolete(ReadOnlySpan<byte> body, PcapNgSection section)
    {
        if (body.Length < 4) return;
        uint number = section.BigEndian ? ReadUInt16BigEndian(body) : ReadUInt16LittleEndian(body);
        uint count = section.BigEndian ? ReadUInt16BigEndian(body[2..]) : ReadUInt16LittleEndian(body[2..]);
        if (count != Unknown16) Add(number, section, 0, count);
    }

    private void Add(uint number, PcapNgSection section, long statistics, long packets)
    {
        if (statistics + packets == 0 || number >= (uint)section.Interfaces.Count) return;
        var (old, before) = _ofSection.GetValueOrDefault((int)number);
        _ofSection[(int)number] = (Math.Max(old, statistics), Math.Min(before + packets, Limit));
    }

    private IEnumerable<InterfaceDrops> InSection(PcapNgSection section)
    {
        foreach (var (number, (statistics, packets)) in _ofSection.OrderBy(entry => entry.Key))
            yield return new InterfaceDrops(file, number, section.NameOf(number), Math.Max(statistics, packets));
    }

    /// <summary>The value of an option of 8 bytes; 0 if there is none.</summary>
    private static long Option(ReadOnlySpan<byte> options, ushort wanted, PcapNgSection section)
    {
        while (options.Length >= 4)
        {
            var code = section.BigEndian ? ReadUInt16BigEndian(options) : ReadUInt16LittleEndian(options);
            var length = section.BigEndian ? ReadUInt16BigEndian(options[2..]) : ReadUInt16LittleEndian(options[2..]);
            if (code == EndOfOptions || length > options.Length - 4) break;
            if (code == wanted && length == sizeof(ulong))
            {
                var value = section.BigEndian ? ReadUInt64BigEndian(options[4..]) : ReadUInt64LittleEndian(options[4..]);
                return (long)Math.Min(value, (ulong)Limit);
            }

            options = options[Math.Min(4 + Padded(length), options.Length)..];
        }

        return 0;
    }
}

/// <summary>The number of frames that an interface dropped; its name is empty if the file does not give it.</summary>
internal readonly record struct InterfaceDrops(string File, int Interface, string Name, long Frames);
