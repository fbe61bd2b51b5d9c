using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Live.Programs;

/// <summary>Removes other processes' connections from a recording.</summary>
internal static class OwnRecording
{
    /// <summary>Rewrites the recording without the foreign traffic.</summary>
    public static void Keep(OutputFolder folder, ForeignTraffic foreign)
    {
        var recording = Recording.Open(folder.RawPath);
        var selected = folder.RawPath + "-selected";
        try
        {
            using (var writer = RecordingWriter.Create(selected, recording.Info))
            {
                recording.Replay(new ProgramsOnly(foreign, writer));
                if (recording.End is { } end) writer.Complete(end);
                if (writer.Failure is { } failure) throw new IOException(failure.Message, failure);
            }

            File.Move(selected, folder.RawPath, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or RecordingException or OutputException)
        {
            File.Delete(selected);
            throw new OutputException(
                $"Other processes' connections could not be left out of the recording ({error.Message}): free disk space. "
                + $"The complete recording is kept as {folder.RawPath}.", error, Remedy.ReadRawRecording);
        }
    }
}

/// <summary>Passes the programs' observations to the next sink. Frames that are no readable segment are passed, too.</summary>
internal sealed class ProgramsOnly(ForeignTraffic foreign, IObservationSink next) : IObservationSink
{
    public void OnFrame(in Frame frame)
    {
        var result = SegmentDecoder.Decode(frame, out var segment);
        if (result == DecodeResult.Segment && foreign.Has(segment.FourTuple, segment.Time)) return;
        if (IcmpDecoder.Decode(frame, result, out var error) && foreign.Has(error.FourTuple, error.Time)) return;
        next.OnFrame(frame);
    }

    public void OnCall(SocketCall call) => next.OnCall(call); // only the programs' calls are observed

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
