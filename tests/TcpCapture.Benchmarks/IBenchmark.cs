namespace TcpCapture.Benchmarks;

/// <summary>A group of measurements that is chosen by its name.</summary>
internal interface IBenchmark
{
    string Name { get; }

    /// <summary>Why it cannot be measured here; null if it can.</summary>
    string? Obstacle { get; }

    /// <summary>Measures, a row at a time, so that each is printed as soon as it is known.</summary>
    IEnumerable<Row> Run();
}
