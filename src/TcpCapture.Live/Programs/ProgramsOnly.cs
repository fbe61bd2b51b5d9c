using TcpCapture.Decoding;
using TcpCapture.Model;

namespace TcpCapture.Live.Programs;

/// <summary>
/// Passes on what is the programs', between the raw recording and everything made of it: so all files agree, the
/// recording in them included. A frame that is no readable segment is nobody's, and stays.
/// </summary>
internal sealed class ProgramsOnly(ForeignTraffic foreign, IObservationSink next) : IObservationSink
{
    public void OnFrame(in Frame frame)
    {
        if (SegmentDecoder.Decode(frame, out var segment) == DecodeResult.Segment && foreign.Has(segment.FourTuple, segment.Time)) return;
        next.OnFrame(frame);
    }

    public void OnCall(SocketCall call) => next.OnCall(call); // only those of the programs are observed

    public void OnSample(SocketSample sample)
    {
        if (!foreign.Has(new FourTuple(sample.Local, sample.Remote), sample.NotAfter)) next.OnSample(sample);
    }

    public void OnOwner(SocketOwner owner)
    {
        if (!foreign.Has(new FourTuple(owner.Local, owner.Remote), owner.Time)) next.OnOwner(owner);
    }

    public void OnTrace(KernelEvent trace)
    {
        if (!foreign.Has(trace)) next.OnTrace(trace);
    }
}
