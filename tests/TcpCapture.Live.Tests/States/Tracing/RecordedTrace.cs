using System.Runtime.CompilerServices;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.Live.Tests.States.Tracing;

/// <summary>A recorded kernel trace in the folder Recordings/trace, whose README describes it.</summary>
internal static class RecordedTrace
{
    public const ushort Port = 57419;

    public static byte[] Bytes(string name) => File.ReadAllBytes(Find(name));

    public static string Text(string name) => File.ReadAllText(Find(name));

    public static TraceFormat Format(string tracepoint) => TraceFormat.Parse(tracepoint, Text(tracepoint + ".format"));

    public static TraceDecoder Decoder(ushort port = Port, long clockOffset = 0) => new(
        [port], clockOffset, Tracepoint.All.Select(tracepoint => new TraceLayout(tracepoint.Kind, Format(tracepoint.Name))));

    public static List<KernelEvent> Decode(ReadOnlySpan<byte> bytes, TraceDecoder decoder)
    {
        var found = new List<KernelEvent>();
        var page = new TracePage(bytes, 16);
        while (page.Next())
        {
            if (decoder.Decode(page.Record, page.Time, 0) is { } trace) found.Add(trace);
        }

        return found;
    }

    private static string Find(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "Recordings", "trace", name);
}
