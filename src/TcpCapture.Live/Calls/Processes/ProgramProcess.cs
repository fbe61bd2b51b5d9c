using TcpCapture.Model;

namespace TcpCapture.Live.Calls.Processes;

/// <summary>A process of an observed program: one that was started under observation, or a descendant of one.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Parent">The process that forked it; for the first of a program, this process.</param>
/// <param name="Name">Its name, as <c>/proc/PID/comm</c> has it: 15 characters at most.</param>
/// <param name="Role">What the program it belongs to was started as.</param>
internal sealed record ProgramProcess(int Id, int Parent, string Name, Side Role);
