using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Export.PcapNg;

/// <summary>An observation without a row of its own: a sample, an owner or a kernel event.</summary>
internal readonly record struct RawObservation(SocketSample? Sample, SocketOwner? Owner, KernelEvent? Trace)
{
    public void WriteTo(JournalEntry entry)
    {
        if (Sample is not null) entry.Sample(Sample);
        if (Owner is not null) entry.Owner(Owner);
        if (Trace is not null) entry.Trace(Trace);
    }
}
