using System.Globalization;
using System.Text.RegularExpressions;
using TcpCapture.Model;

namespace TcpCapture.SystemTests.Calls;

/// <summary>Reads the log of strace, which stops a program at each call and reads its memory: the calls on TCP sockets.</summary>
internal static partial class StraceLog
{
    private const string Traced =
        "socket,bind,listen,connect,accept,accept4,shutdown,close,setsockopt,"
        + "read,readv,write,writev,recvfrom,recvmsg,sendto,sendmsg,sendfile";

    /// <summary>The arguments for strace to run a program and log to a file.</summary>
    public static string[] Arguments(string file, params string[] program) =>
        ["-f", "-qq", "-yy", "-s", "0", "-o", file, "-e", "trace=" + Traced, "-e", "signal=none", .. program];

    /// <summary>Reads the calls on TCP sockets from a log, except EAGAIN, in the form of <see cref="Line"/>.</summary>
    public static List<string> Read(string file)
    {
        var begun = new Dictionary<string, string>();
        var calls = new List<string>();
        foreach (var line in File.ReadLines(file))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (thread, text) = (line[..space], line[space..].Trim());
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                begun[thread] = text[..^"<unfinished ...>".Length].TrimEnd();
                continue;
            }

            if (Resumed().Match(text) is { Success: true } resumed && begun.Remove(thread, out var first))
                text = first + resumed.Groups["rest"].Value;
            if (Parse(text) is { } call) calls.Add(call);
        }

        return calls;
    }

    /// <summary>A traced call in the same form.</summary>
    public static string Line(SocketCall call)
    {
        var isListening = call.Name is "socket" or "bind" or "listen" or "connect";
        return Words(
            call.SystemCall ?? call.Name,
            call.Name is "socket" or "accept" ? "ok" : call.Result!.Value.ToString(CultureInfo.InvariantCulture),
            call.Error ?? "",
            isListening ? "" : $"{call.Local}->{call.Remote}");
    }

    private static string? Parse(string text)
    {
        var match = Call().Match(text);
        if (!match.Success) return null;
        var (name, arguments, result, error) =
            (match.Groups["name"].Value, match.Groups["arguments"].Value, match.Groups["result"].Value, match.Groups["error"].Value);
        var isTcp = name == "socket"
            ? arguments.Contains("SOCK_STREAM", StringComparison.Ordinal) && arguments.StartsWith("AF_INET", StringComparison.Ordinal)
            : FirstIsTcp().IsMatch(arguments);
        if (!isTcp || (name == "setsockopt" && !arguments.Contains("SO_LINGER", StringComparison.Ordinal))) return null;
        if (error == "EAGAIN" || error.StartsWith("ERESTART", StringComparison.Ordinal)) return null;
        var ends = name is "socket" or "bind" or "listen" or "connect" ? null
            : name.StartsWith("accept", StringComparison.Ordinal) ? match.Groups["of"].Value
            : FirstIsTcp().Match(arguments).Groups["ends"].Value;
        return Words(name, name is "socket" or "accept" or "accept4" && error.Length == 0 ? "ok" : result, error, Ends(ends));
    }

    private static string Ends(string? ends)
    {
        if (ends is null) return "";
        ends = ends.Replace("::ffff:", "", StringComparison.Ordinal);
        return Mapped().Replace(ends, "${address}");
    }

    // strace shows a socket without a peer, or one that has lost its peer, in another form than two addresses.
    private static string Words(string name, string result, string error, string ends)
    {
        var hasPeer = ends.Contains("->", StringComparison.Ordinal) && !ends.EndsWith("->", StringComparison.Ordinal);
        return $"{name} = {result} {error} {(hasPeer ? ends : "")}".TrimEnd();
    }

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>(?<rest>.*)$")]
    private static partial Regex Resumed();

    [GeneratedRegex(@"^(?<name>\w+)\((?<arguments>.*)\)\s+= (?<result>-?\d+)(<TCP(v6)?:\[(?<of>.*)\]>)?( (?<error>E\w+) .*)?( \(.*)?$")]
    private static partial Regex Call();

    [GeneratedRegex(@"^\d+<TCP(v6)?:\[(?<ends>.*?)\]>")]
    private static partial Regex FirstIsTcp();

    [GeneratedRegex(@"\[(?<address>\d+\.\d+\.\d+\.\d+)\]")]
    private static partial Regex Mapped();
}
