namespace Plimsoll.Performance.Catalog;

/// <summary>The arithmetic behind a 16-bit peak rate.</summary>
/// <param name="Units">Multiprocessors, compute units or cores.</param>
/// <param name="Fp16OperationsPerClockPerUnit">Dense half-precision operations of one unit in one clock.</param>
/// <param name="TensorClockHertz">Clock at which the peak is stated.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record GpuClocks(int Units, double Fp16OperationsPerClockPerUnit, double TensorClockHertz, Provenance Provenance)
{
    /// <summary>Units × operations per clock × clock.</summary>
    public double Fp16OperationsPerSecond => Units * Fp16OperationsPerClockPerUnit * TensorClockHertz;
}
