using System.Runtime.Versioning;
using TcpCapture.Live.Platform.Linux;

namespace TcpCapture.Live.Programs;

/// <summary>Finds the file of a command as a shell does: by its path, or in PATH.</summary>
[SupportedOSPlatform("linux")]
internal static class ProgramFile
{
    /// <summary>Returns the path of the file to execute.</summary>
    public static string Find(string name)
    {
        if (name.Length == 0) throw new ProgramException("The command is empty: name a program.");
        if (name.Contains('/')) return Check(name, name) ?? throw new ProgramException($"There is no program {name}: check its path.");
        string? refused = null;
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':'))
        {
            var path = Path.Combine(folder.Length == 0 ? "." : folder, name);
            if (!File.Exists(path)) continue;
            if (LinuxProcess.IsExecutable(path)) return Path.GetFullPath(path);
            refused ??= path;
        }

        throw new ProgramException(refused is null
            ? $"There is no program '{name}' in PATH: check its spelling, install it, or give its path."
            : $"{refused} cannot be executed: it is not executable (chmod +x).");
    }

    private static string? Check(string path, string name)
    {
        if (Directory.Exists(path)) throw new ProgramException($"{name} is a folder, not a program.");
        if (!File.Exists(path)) return null;
        if (!LinuxProcess.IsExecutable(path)) throw new ProgramException($"{name} cannot be executed: it is not executable (chmod +x).");
        return Path.GetFullPath(path);
    }
}
