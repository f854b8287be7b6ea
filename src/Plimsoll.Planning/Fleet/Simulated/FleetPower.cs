using Plimsoll.Simulation;
using Plimsoll.Simulation.Energy;

namespace Plimsoll.Planning.Fleet.Simulated;

/// <summary>
/// Mean power of a fleet in the long run: the energy that its replicas drew in steps, as any simulation accounts for it, over the time in
/// which requests arrived, with idle power in what is left of that. The emptying of the fleet afterwards does not count.
/// </summary>
internal static class FleetPower
{
    /// <summary>Mean power of all GPUs in watts; not a number when nobody knows what they draw.</summary>
    /// <param name="outcome">The run.</param>
    /// <param name="seconds">How long requests arrived.</param>
    public static double Watts(SimulationOutcome outcome, double seconds)
    {
        double watts = 0;
        foreach (ReplicaOutcome replica in outcome.Replicas)
        {
            watts += outcome.EnergyOf(replica) is { } energy ? Watts(energy, seconds) : double.NaN;
        }

        return watts;
    }

    // A replica with more work than time works all the time.
    private static double Watts(in ReplicaEnergy energy, double seconds) => energy switch
    {
        { BusySeconds: 0 } => energy.IdleWatts,
        _ when energy.BusySeconds >= seconds => energy.BusyJoules / energy.BusySeconds,
        _ => energy.JoulesOver(seconds) / seconds,
    };
}
