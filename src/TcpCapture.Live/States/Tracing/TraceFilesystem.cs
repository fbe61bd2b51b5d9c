using System.ComponentModel;
using System.Runtime.Versioning;
using System.Text;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.States.Tracing;

/// <summary>The kernel's tracefs, at its mount point or mounted for this process only.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TraceFilesystem(string root, DetachedMount? mount) : IDisposable
{
    private const string Mounts = "/proc/thread-self/mountinfo";

    /// <summary>The root directory, without a slash at the end.</summary>
    public string Root => root;

    public static TraceFilesystem Open()
    {
        foreach (var point in FindMounts(File.ReadLines(Mounts)))
        {
            if (Directory.Exists(point + "/instances")) return new TraceFilesystem(point, null);
        }

        DetachedMount? own = null;
        try
        {
            own = DetachedMount.Open("tracefs\0"u8);
            if (Directory.Exists(own.Path + "/instances")) return new TraceFilesystem(own.Path, own);
            own.Dispose();
        }
        catch (Win32Exception error)
        {
            own?.Dispose();
            throw new StateSourceException(
                $"the kernel's tracefs cannot be reached ({error.Message}): run as root, with CAP_SYS_ADMIN", error);
        }

        throw new StateSourceException("the kernel's tracefs has no instances: it is locked down, or the kernel was built without them");
    }

    public void Dispose() => mount?.Dispose();

    /// <summary>Finds the mount points of tracefs in the lines of a mountinfo file.</summary>
    internal static IEnumerable<string> FindMounts(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            // number parent device root point options [tags] - type source options
            var separator = line.IndexOf(" - ", StringComparison.Ordinal);
            if (separator < 0 || !line.AsSpan(separator + 3).StartsWith("tracefs ")) continue;
            var fields = line[..separator].Split(' ');
            if (fields.Length > 4 && fields[3] == "/") yield return Unescape(fields[4]);
        }
    }

    /// <summary>Decodes characters written as a backslash and three octal digits, such as spaces.</summary>
    private static string Unescape(string path)
    {
        if (!path.Contains('\\')) return path;
        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '\\' && i + 3 < path.Length && path.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)((path[i + 1] - '0') * 64 + (path[i + 2] - '0') * 8 + path[i + 3] - '0'));
                i += 3;
            }
            else
            {
                text.Append(path[i]);
            }
        }

        return text.ToString();
    }
}
