using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using TcpCapture.Live.States.Tracing;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.States.Tracing;

/// <summary>Reads the same tracepoint from the kernel's text output, in an instance of its own.</summary>
/// <remarks>The text has microseconds and no socket addresses. The product does not recognise the name of the instance.</remarks>
[SupportedOSPlatform("linux")]
internal sealed partial class TextTrace : IDisposable
{
    private readonly TraceFilesystem _filesystem = TraceFilesystem.Open();

    public TextTrace(int port, string name = "tcpcapture-test-reader", int kilobytes = 8192)
    {
        Path = $"{_filesystem.Root}/instances/{name}-{Environment.ProcessId}-{port}";
        Directory.CreateDirectory(Path);
        Write("trace_clock", "tai");
        Write("buffer_size_kb", kilobytes.ToString(CultureInfo.InvariantCulture));
        Write("events/sock/inet_sock_set_state/filter", $"sport=={port}||dport=={port}");
        Write("events/sock/inet_sock_set_state/enable", "1");
    }

    public string Path { get; }

    public List<TextTransition> Read()
    {
        Write("events/sock/inet_sock_set_state/enable", "0");
        var found = new List<TextTransition>();
        foreach (var line in File.ReadLines(Path + "/trace"))
        {
            if (Line().Match(line) is not { Success: true } match) continue;
            var g = match.Groups;
            found.Add(new TextTransition(
                long.Parse(g["s"].Value + g["us"].Value, CultureInfo.InvariantCulture),
                int.Parse(g["sport"].Value, CultureInfo.InvariantCulture), int.Parse(g["dport"].Value, CultureInfo.InvariantCulture),
                g["old"].Value, g["new"].Value));
        }

        return found;
    }

    public void Dispose()
    {
        Directory.Delete(Path);
        _filesystem.Dispose();
    }

    [GeneratedRegex(@" (?<s>\d+)\.(?<us>\d{6}): inet_sock_set_state: .*sport=(?<sport>\d+) dport=(?<dport>\d+) .*"
        + @"oldstate=TCP_(?<old>\w+) newstate=TCP_(?<new>\w+)")]
    private static partial Regex Line();

    private void Write(string file, string value)
    {
        using var stream = new FileStream($"{Path}/{file}", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }
}

/// <summary>A transition in the kernel's text output; the time is on the trace's clock.</summary>
internal readonly record struct TextTransition(long Microseconds, int SourcePort, int DestinationPort, string Old, string New)
{
    public static TextTransition From(KernelEvent trace, long clockOffset) => new(
        (trace.Time.Nanoseconds + clockOffset + 500) / 1000, trace.Local.Port, trace.Remote.Port,
        Name(trace.OldState), Name(trace.NewState));

    private static string Name(TcpState? state) => state switch
    {
        TcpState.Closed => "CLOSE",
        TcpState.FinWait1 => "FIN_WAIT1",
        TcpState.FinWait2 => "FIN_WAIT2",
        { } other => other.ToRfcName(),
        null => "?",
    };
}
