namespace TcpCapture.Tests;

/// <summary>Tests that look at the memory of the whole process, and so run when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    /// <summary>Its name.</summary>
    public const string Name = "alone";
}
