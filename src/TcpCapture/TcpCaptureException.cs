namespace TcpCapture;

/// <summary>
/// TcpCapture could not do what was asked. <see cref="Exception.Message"/> is one line that says what happened and why.
/// </summary>
/// <example><code>
/// catch (TcpCaptureException error) when (error.Problem == Problem.CaptureUnavailable)
/// {
///     Assert.Skip(error.Message);
/// }
/// </code></example>
public class TcpCaptureException : Exception
{
    internal TcpCaptureException(Problem problem, Remedy remedy, string message, Exception? inner = null)
        : base(message, inner)
    {
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>What could not be done.</summary>
    public Problem Problem { get; }

    /// <summary>What to do about it; <see cref="Remedy.None"/> if the message says all there is to say.</summary>
    public Remedy Remedy { get; }
}

/// <summary>What could not be done.</summary>
public enum Problem
{
    /// <summary>Frames cannot be captured: libpcap, the privilege or the interface is missing, or the filter is wrong.</summary>
    CaptureUnavailable,

    /// <summary>Socket states cannot be observed by the source asked for, or it failed.</summary>
    StatesUnavailable,

    /// <summary>A program could not be run, or a server did not listen.</summary>
    ProgramFailed,

    /// <summary>A scenario cannot be run here, or went another way than it describes.</summary>
    ScenarioFailed,

    /// <summary>An output file or folder cannot be written.</summary>
    OutputUnwritable,

    /// <summary>A capture file cannot be read.</summary>
    CaptureFileUnreadable,

    /// <summary>A recording cannot be read or made.</summary>
    RecordingUnusable,

    /// <summary>Two recordings cannot be merged.</summary>
    RecordingsUnmergeable,

    /// <summary>The text of an expectation or of a connection filter cannot be read.</summary>
    InvalidQuery,
}

/// <summary>What to do about a <see cref="Problem"/>.</summary>
public enum Remedy
{
    /// <summary>Nothing beyond what the message says.</summary>
    None,

    /// <summary>Choose another output folder.</summary>
    ChooseFolder,

    /// <summary>Choose another output folder, or allow its files to be replaced.</summary>
    ReplaceFiles,

    /// <summary>Make room; the raw recording is kept, and its files can be written from it later.</summary>
    ReadRawRecording,

    /// <summary>Choose another file for the test results.</summary>
    ChooseResultsFile,

    /// <summary>Choose another network interface: <see cref="Problem.CaptureUnavailable"/> on this one.</summary>
    ChooseInterface,

    /// <summary>Check what the system offers for capturing.</summary>
    CheckSystem,

    /// <summary>Run in a private network namespace, which needs no privilege of the machine, or as root.</summary>
    UsePrivateNamespace,

    /// <summary>Choose another source of socket states.</summary>
    ChooseStateSource,

    /// <summary>Sample socket states, which needs no privilege.</summary>
    SampleStates,

    /// <summary>Read the system's connection table, which works on every system.</summary>
    UsePortableStates,

    /// <summary>Choose another port.</summary>
    ChoosePort,

    /// <summary>Choose another address.</summary>
    ChooseAddress,

    /// <summary>Choose an address of this machine, or run the client only.</summary>
    ChooseOwnAddress,

    /// <summary>Use the default address, or the IPv6 loopback address.</summary>
    UseLoopbackAddress,

    /// <summary>Start the server first.</summary>
    StartServerFirst,

    /// <summary>Run both ends on this machine.</summary>
    RunBothEnds,

    /// <summary>Check the server's command and its port, or give it more time to start.</summary>
    ExtendServerTimeout,

    /// <summary>End the program that listens on the port, use another port, or start no server.</summary>
    OmitServer,
}

internal sealed class CaptureException(string message, Exception? inner = null, Remedy remedy = Remedy.None)
    : TcpCaptureException(Problem.CaptureUnavailable, remedy, message, inner);

internal sealed class StateSourceException(string message, Exception? inner = null, Remedy remedy = Remedy.None)
    : TcpCaptureException(Problem.StatesUnavailable, remedy, message, inner);

internal sealed class ProgramException(string message, Exception? inner = null, Remedy remedy = Remedy.None)
    : TcpCaptureException(Problem.ProgramFailed, remedy, message, inner);

internal sealed class ExchangeException(string message, Exception? inner = null, Remedy remedy = Remedy.None)
    : TcpCaptureException(Problem.ScenarioFailed, remedy, message, inner);

internal sealed class OutputException(string message, Exception? inner = null, Remedy remedy = Remedy.None)
    : TcpCaptureException(Problem.OutputUnwritable, remedy, message, inner);

internal sealed class CaptureFileException(string message, Exception? inner = null)
    : TcpCaptureException(Problem.CaptureFileUnreadable, Remedy.None, message, inner);

internal sealed class RecordingException(string message, Exception? inner = null)
    : TcpCaptureException(Problem.RecordingUnusable, Remedy.None, message, inner);

internal sealed class MergeException(string message)
    : TcpCaptureException(Problem.RecordingsUnmergeable, Remedy.None, message);

internal sealed class QueryException(string message, int column, int line = 0)
    : TcpCaptureException(Problem.InvalidQuery, Remedy.None, message)
{
    public int Column { get; } = column; // the character of the text where reading ended, from 1
    public int Line { get; } = line; // the line of the file of rules, from 1; 0 if the text came from no file
}
