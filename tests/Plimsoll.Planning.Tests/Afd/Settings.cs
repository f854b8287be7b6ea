using Plimsoll.Planning.Afd;
using Plimsoll.Simulation.Disaggregation;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Tests.Afd;

/// <summary>The settings of scheduling theory, section 2.2.</summary>
internal static class Settings
{
    /// <summary>Fitted to DeepSeek-V3 on Ascend 910C by the authors.</summary>
    public static AfdCosts Costs { get; } = new(new AffineCost(0.00165, 50), new AffineCost(0.083, 100), new AffineCost(0.022, 20));

    /// <summary>Constant prompts and geometric outputs.</summary>
    public static AfdWorkload Workload(int prompt, double output) =>
        AfdWorkload.OfLengths(new ConstantLength(prompt), new GeometricLength(output));

    /// <summary>Two microbatches in flight and ratios up to 32.</summary>
    public static AfdPlan Plan(int slots, int prompt, double output, double? horizon = null) => AfdPlan.Of(new AfdQuestion
    {
        Workload = Workload(prompt, output),
        Costs = Costs,
        Slots = slots,
        HorizonRequests = horizon,
    });
}
