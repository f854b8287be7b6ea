namespace Plimsoll.LoadGen.Timing;

/// <summary>What the generator itself used during a run.</summary>
/// <param name="CpuUtilization">Its processor time over the wall time of all cores, from 0 to 1.</param>
/// <param name="MachineUtilization">The same for everything on this machine; not a number where the system does not say.</param>
/// <param name="GarbageCollectionSeconds">Time for which the collector held all its threads.</param>
/// <param name="Cores">Cores it may use.</param>
public readonly record struct ClientLoad(double CpuUtilization, double MachineUtilization, double GarbageCollectionSeconds, int Cores);
