using System.Text;
using TcpCapture.Model;
using TcpCapture.Recordings.Format;

namespace TcpCapture.Tests.Recordings;

/// <summary>Writes every observation as a line of text, so that two streams can be compared.</summary>
internal sealed class ObservationLog : IObservationSink
{
    public List<string> Lines { get; } = [];

    public void OnFrame(in Frame frame) => Lines.Add(Describe(frame));
    public void OnCall(SocketCall call) => Lines.Add("call " + Encoding.UTF8.GetString(ObservationJson.Write(call)));
    public void OnSample(SocketSample sample) => Lines.Add("sample " + Encoding.UTF8.GetString(ObservationJson.Write(sample)));
    public void OnOwner(SocketOwner owner) => Lines.Add("owner " + Encoding.UTF8.GetString(ObservationJson.Write(owner)));
    public void OnTrace(KernelEvent trace) => Lines.Add("trace " + Encoding.UTF8.GetString(ObservationJson.Write(trace)));

    public static string Describe(in Frame frame) =>
        $"frame {frame.Time.Nanoseconds} {frame.LinkType} {frame.OriginalLength} {Convert.ToHexString(frame.Bytes)}";
}
