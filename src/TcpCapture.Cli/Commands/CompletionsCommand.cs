using System.CommandLine;

namespace TcpCapture.Cli.Commands;

/// <summary><c>tcpcapture completions SHELL</c>, and the hidden command that its scripts call.</summary>
internal static class CompletionsCommand
{
    /// <summary>The hidden command; its arguments are the cursor position and the command line.</summary>
    private const string Hidden = "complete";

    private static readonly Argument<string> Shell = new("shell") { Description = "bash, zsh or fish." };
    private static readonly Argument<int> Position = new("position");
    private static readonly Argument<string> Line = new("line");

    public static Command Create()
    {
        Shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completions", "Prints a shell script that completes commands, options and scenarios.") { Shell };
        command.SetAction(parsed => Console.Out.Write(Script(parsed.GetValue(Shell)!)));
        return command;
    }

    public static Command CreateHidden(Command tcpcapture)
    {
        var command = new Command(Hidden, "Prints the completions at a position of a command line.") { Position, Line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var word in Complete(tcpcapture, parsed.GetValue(Line)!, parsed.GetValue(Position))) Console.Out.WriteLine(word);
        });
        return command;
    }

    /// <summary>The completions at the cursor; none for file names, which the shell completes.</summary>
    private static IEnumerable<string> Complete(Command tcpcapture, string line, int position)
    {
        position = Math.Clamp(position, 0, line.Length);
        var begin = line.AsSpan(0, position).LastIndexOf(' ') + 1;
        var word = line[begin..position];
        return tcpcapture.Parse(line[..position]).GetCompletions(position)
            .Select(item => item.InsertText ?? item.Label)
            .Where(text => text.StartsWith(word, StringComparison.Ordinal) && !text.StartsWith('/') && text != "-?")
            .Distinct();
    }

    private static string Script(string shell) => shell switch
    {
        "bash" => """
            # tcpcapture: completion for bash. Put this into ~/.bashrc:  eval "$(tcpcapture completions bash)"
            _tcpcapture() {
                local cur=${COMP_WORDS[COMP_CWORD]} IFS=$'\n'
                COMPREPLY=($(tcpcapture complete "$COMP_POINT" "$COMP_LINE" 2> /dev/null))
                [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))
            }
            complete -o filenames -F _tcpcapture tcpcapture

            """,
        "zsh" => """
            #compdef tcpcapture
            # tcpcapture: completion for zsh. Put this into ~/.zshrc, after compinit:  eval "$(tcpcapture completions zsh)"
            _tcpcapture() {
                local -a found
                found=("${(@f)$(tcpcapture complete "$CURSOR" "$BUFFER" 2> /dev/null)}")
                if [[ -n ${found[1]} ]]; then compadd -- $found; else _files; fi
            }
            compdef _tcpcapture tcpcapture

            """,
        _ => """
            # tcpcapture: completion for fish. Put this into ~/.config/fish/completions/tcpcapture.fish
            complete -c tcpcapture -a '(tcpcapture complete (commandline -C) (commandline -p) 2> /dev/null)'

            """,
    };
}
