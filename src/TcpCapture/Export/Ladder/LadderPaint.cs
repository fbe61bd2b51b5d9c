using TcpCapture.Model;

namespace TcpCapture.Export.Ladder;

/// <summary>ANSI colours, or none. Only the eight basic colours, which every terminal theme supports.</summary>
internal sealed class LadderPaint(bool colour)
{
    public string Faint(string text) => Wrap(text, "2");

    public string Bold(string text) => Wrap(text, "1");

    public string Call(string text) => Wrap(text, "36");

    public string Failure(string text) => Wrap(text, "31");

    public string Warning(string text) => Wrap(text, "33");

    public string State(string text, TcpState state) => Wrap(text, state switch
    {
        TcpState.Established => "32",
        TcpState.SynSent or TcpState.SynRecv => "33",
        TcpState.Listen => "34",
        TcpState.Closed => "2",
        TcpState.TimeWait => "35",
        _ => "36",
    });

    private string Wrap(string text, string code) =>
        colour && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
