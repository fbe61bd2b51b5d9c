using TcpCapture.Decoding;
using TcpCapture.Model;
using TcpCapture.Recordings;

namespace TcpCapture.Live.Programs;

/// <summary>Of what was recorded on a port that others use too, what is the programs' own.</summary>
internal static class OwnRecording
{
    /// <summary>Writes the recording anew, without what is other processes'.</summary>
    /// <exception cref="TcpCaptureException">There was no room for it; the recording is kept whole.</exception>
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
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or RecordingException)
        {
            File.Delete(selected);
            throw new OutputException(
                $"Other processes' connections could not be left out of the recording ({error.Message}): make room; it is kept whole as {folder.RawPath}.", error, Remedy.ReadRawRecording);
        }
    }
}

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
