using System.Globalization;

namespace TcpCapture.Fuzz;

/// <summary>The command's options.</summary>
internal sealed record Options
{
    public int Seconds { get; init; } = 60;

    /// <summary>The seed, to repeat a run of the same length.</summary>
    public int Seed { get; init; } = Random.Shared.Next();

    /// <summary>Folders of inputs; failing inputs are saved in the first.</summary>
    public required string[] Folders { get; init; }

    /// <summary>The file for the current input; null in the parent process.</summary>
    public string? Blackbox { get; init; }

    /// <summary>Null if the arguments are wrong.</summary>
    public static Options? Parse(string[] arguments)
    {
        var options = new Options { Folders = [] };
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                options = options with { Folders = [.. options.Folders, arguments[i]] };
                continue;
            }

            if (i + 1 == arguments.Length) return null;
            var (name, value) = (arguments[i], arguments[++i]);
            if (name == "--blackbox") options = options with { Blackbox = value };
            else if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            else if (name == "--seconds") options = options with { Seconds = number };
            else if (name == "--seed") options = options with { Seed = number };
            else return null;
        }

        return options.Folders.Length > 0 && options.Folders.All(Directory.Exists) ? options : null;
    }

    /// <summary>The options as arguments.</summary>
    public string[] ToArguments(string blackbox) =>
    [
        "--seconds", Seconds.ToString(CultureInfo.InvariantCulture), "--seed", Seed.ToString(CultureInfo.InvariantCulture),
        "--blackbox", blackbox, .. Folders,
    ];
}
