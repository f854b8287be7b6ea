namespace Plimsoll.Performance.Power;

/// <summary>
/// Answers one question: how much power does one accelerator draw while it does this? Pure; the accelerator alone, no host.
/// </summary>
public interface IPowerModel
{
    /// <summary>Mean power over the span in watts, from 0.</summary>
    double Watts(in WorkerActivity activity);
}
