namespace TcpCapture.Live.Capture;

/// <summary>libpcap's struct pcap_stat. The counters wrap around at 2³².</summary>
/// <param name="Received">ps_recv; on a loopback interface it may count each frame twice.</param>
/// <param name="Dropped">ps_drop: frames that found the buffer full.</param>
/// <param name="DroppedByInterface">ps_ifdrop.</param>
internal readonly record struct PcapCounters(uint Received, uint Dropped, uint DroppedByInterface);
