namespace TcpCapture.Benchmarks;

/// <summary>A row of the table.</summary>
/// <param name="What">The measurement.</param>
/// <param name="Unit">The unit of work.</param>
/// <param name="Time">Time per unit.</param>
/// <param name="Bytes">Bytes allocated per unit on the measuring thread; null if meaningless.</param>
/// <param name="Remark">A figure to compare with.</param>
internal sealed record Row(string What, string Unit, Spread Time, double? Bytes = null, string Remark = "");
