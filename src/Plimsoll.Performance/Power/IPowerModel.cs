namespace Plimsoll.Performance.Power;

/// <summary>
/// Answers one question: how much power does one accelerator draw while it does this? Pure; the accelerator alone, no host.
/// At equal load and batch affine in the two shares of time, so that the power of mean shares is the mean of powers.
/// </summary>
public interface IPowerModel
{
    /// <summary>Mean power over the span in watts, from 0.</summary>
    double Watts(in WorkerActivity activity);
}
