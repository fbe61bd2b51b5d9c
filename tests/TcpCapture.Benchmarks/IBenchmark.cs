namespace TcpCapture.Benchmarks;

/// <summary>A group of measurements, selected by name.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>Why it cannot be measured here; null if it can.</summary>
    string? Obstacle { get; }

    /// <summary>Measures row by row, so that each is printed at once.</summary>
    IEnumerable<Row> Run();
}
