namespace TcpCapture.Benchmarks;

/// <summary>A row of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">One of what the time is for.</param>
/// <param name="Time">Time for one.</param>
/// <param name="Bytes">Bytes allocated on the measuring thread for one; null where that means nothing.</param>
/// <param name="Remark">What the figure is to be compared with.</param>
internal sealed record Row(string What, string Unit, Spread Time, double? Bytes = null, string Remark = "");
