namespace TcpCapture.Fuzz;

/// <summary>Code that reads untrusted bytes.</summary>
internal interface IFuzzTarget
{
    /// <summary>The start of its inputs' file names in the corpus.</summary>
    string Name { get; }

    /// <summary>Runs the code, and throws if it misbehaves.</summary>
    /// <returns>The result as a number; inputs with a new result are mutated further.</returns>
    int Run(byte[] input);
}
