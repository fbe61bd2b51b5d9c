using TcpCapture.Model;

namespace TcpCapture.Recordings.Merging;

/// <summary>Converts the second host's observations to the first clock and its addresses, numbered after the first host's.</summary>
internal sealed class SecondHost(ClockBounds clock, AddressTranslation translation, long callsBefore, int socketsBefore)
{
    public long Frame { get; set; } // the current frame of its recording

    /// <summary>A time of the second clock on the first one.</summary>
    public Timestamp Shift(Timestamp time) => Shift(time, Frame);

    /// <summary>A time of the second clock on the first one, at a frame of its recording.</summary>
    public Timestamp Shift(Timestamp time, long frame) => new(time.Nanoseconds - clock.OffsetAt(frame, time.Nanoseconds).Offset);

    /// <summary>The maximum error of such a time, in nanoseconds; null if it is unbounded.</summary>
    public long? ErrorAt(long time, long frame) => clock.OffsetAt(frame, time).Error;

    public SocketCall Adapt(SocketCall call)
    {
        var (local, remote) = Adapt(call.Local, call.Remote);
        return call with
        {
            Id = call.Id + callsBefore,
            Socket = call.Socket == 0 ? 0 : call.Socket + socketsBefore,
            Begin = Shift(call.Begin),
            End = call.End is { } end ? Timestamp.Max(Shift(end), Shift(call.Begin)) : null,
            Result = call.Name == "accept" && call.Result > 0 ? call.Result + socketsBefore : call.Result,
            Local = local,
            Remote = remote,
        };
    }

    public SocketSample Adapt(SocketSample sample)
    {
        var (local, remote) = Adapt(sample.Local, sample.Remote);
        return sample with
        {
            NotBefore = Shift(sample.NotBefore),
            NotAfter = Timestamp.Max(Shift(sample.NotAfter), Shift(sample.NotBefore)),
            Local = local!.Value,
            Remote = remote!.Value,
        };
    }

    public SocketOwner Adapt(SocketOwner owner)
    {
        var (local, remote) = Adapt(owner.Local, owner.Remote);
        return owner with { Time = Shift(owner.Time), Local = local!.Value, Remote = remote!.Value };
    }

    /// <summary>Makes socket addresses odd: two kernels can use the same even address, and no kernel uses an odd one.</summary>
    public KernelEvent Adapt(KernelEvent trace)
    {
        var (local, remote) = Adapt(trace.Local, trace.Remote);
        return trace with
        {
            Time = Shift(trace.Time),
            Local = local!.Value,
            Remote = remote!.Value,
            SocketAddress = trace.SocketAddress == 0 ? 0 : trace.SocketAddress | 1,
        };
    }

    private (Endpoint? Local, Endpoint? Remote) Adapt(Endpoint? local, Endpoint? remote) =>
        local is { } own && remote is { } peer && translation.Find(new FourTuple(own, peer), Frame) is { } seen
            ? (seen.Local, seen.Remote)
            : (local, remote);
}
