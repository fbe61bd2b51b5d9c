using System.Runtime.InteropServices;
using SharpPcap.LibPcap;

namespace TcpCapture.Live.Capture;

/// <summary>
/// libpcap functions that SharpPcap lacks or gets wrong: its statistics return ps_ifdrop as ps_drop. They are loaded at
/// run time, because the file name of the library differs between systems and not every version has all of them.
/// </summary>
internal static unsafe class PcapFunctions
{
    private static readonly string[] Names =
        ["libpcap.so.0.8", "libpcap.so.1", "libpcap.so", "libpcap.A.dylib", "libpcap.dylib", "wpcap"];

    private static readonly nint Library = Load();
    private static readonly nint StatsFunction = Find("pcap_stats");
    private static readonly nint SelectableFdFunction = Find("pcap_get_selectable_fd");
    private static readonly nint RequiredTimeoutFunction = Find("pcap_get_required_select_timeout");
    private static readonly nint DataLinkFunction = Find("pcap_datalink");
    private static readonly nint SetDataLinkFunction = Find("pcap_set_datalink");

    /// <summary>Reads the counters; false if libpcap has none.</summary>
    public static bool TryGetStatistics(PcapHandle handle, out PcapCounters counters)
    {
        counters = default;
        if (StatsFunction == 0) return false;

        // Npcap may use a larger struct than libpcap.
        var room = stackalloc uint[16];
        using var held = new HeldHandle(handle);
        if (((delegate* unmanaged<nint, uint*, int>)StatsFunction)(held.Value, room) != 0) return false;
        counters = new PcapCounters(room[1], room[2]);
        return true;
    }

    /// <summary>The current DLT_ value; null if unknown. SharpPcap only has the value from when the device was opened.</summary>
    public static int? DataLink(PcapHandle handle)
    {
        if (DataLinkFunction == 0) return null;
        using var held = new HeldHandle(handle);
        return ((delegate* unmanaged<nint, int>)DataLinkFunction)(held.Value) is >= 0 and var dlt ? dlt : null;
    }

    public static bool SetDataLink(PcapHandle handle, int dlt)
    {
        if (SetDataLinkFunction == 0) return false;
        using var held = new HeldHandle(handle);
        return ((delegate* unmanaged<nint, int, int>)SetDataLinkFunction)(held.Value, dlt) == 0;
    }

    /// <summary>The descriptor to poll for frames, or -1 if there is none.</summary>
    public static int SelectableFd(PcapHandle handle)
    {
        if (SelectableFdFunction == 0) return -1;
        using var held = new HeldHandle(handle);
        return ((delegate* unmanaged<nint, int>)SelectableFdFunction)(held.Value);
    }

    /// <summary>True if libpcap requires a retry whatever poll reports. On Linux, this means that the interface has gone down.</summary>
    public static bool WantsTimeout(PcapHandle handle)
    {
        if (RequiredTimeoutFunction == 0) return false;
        using var held = new HeldHandle(handle);
        return ((delegate* unmanaged<nint, nint>)RequiredTimeoutFunction)(held.Value) != 0;
    }

    private static nint Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library)) return library;
        }

        return 0;
    }

    private static nint Find(string name) =>
        Library != 0 && NativeLibrary.TryGetExport(Library, name, out var function) ? function : 0;

    /// <summary>Prevents a handle from being closed while native code uses it.</summary>
    private readonly ref struct HeldHandle
    {
        private readonly PcapHandle _handle;

        public HeldHandle(PcapHandle handle)
        {
            var added = false;
            handle.DangerousAddRef(ref added);
            _handle = handle;
        }

        public nint Value => _handle.DangerousGetHandle();

        public void Dispose() => _handle.DangerousRelease();
    }
}

/// <summary>Counters of libpcap's struct pcap_stat, which wrap around at 2³²: ps_drop and ps_ifdrop.</summary>
internal readonly record struct PcapCounters(uint Dropped, uint DroppedByInterface);
