namespace TcpCapture.Fuzz;

/// <summary>Code that takes bytes from strangers.</summary>
internal interface IFuzzTarget
{
    /// <summary>What inputs of it are called in the corpus: the begin of their files' names.</summary>
    string Name { get; }

    /// <summary>Runs it, and throws if it does what it must not.</summary>
    /// <returns>What became of the input, as a number: inputs of which something new became are mutated further.</returns>
    int Run(byte[] input);
}
