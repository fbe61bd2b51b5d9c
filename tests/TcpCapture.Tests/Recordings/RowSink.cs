using TcpCapture.Export.PcapNg;
using TcpCapture.Model;

namespace TcpCapture.Tests.Recordings;

/// <summary>Makes a row of each frame and call, and puts other observations between rows.</summary>
internal sealed class RowSink(TimelineRows rows) : IObservationSink
{
    private ulong _frames;

    public void OnFrame(in Frame frame) => rows.Frame(frame).Flags(1).Id(++_frames).ProcessThread(7, 0).Comment("client LISTEN, server LISTEN");

    public void OnCall(SocketCall call)
    {
        rows.Entry(call.Begin).Field("MESSAGE", call.Text);
        rows.Add(call);
    }

    public void OnSample(SocketSample sample) => rows.AddBetween([new RawObservation(sample, null, null)], sample.NotAfter);
    public void OnOwner(SocketOwner owner) => rows.AddBetween([new RawObservation(null, owner, null)], owner.Time);
    public void OnTrace(KernelEvent trace) => rows.AddBetween([new RawObservation(null, null, trace)], trace.Time);
}
