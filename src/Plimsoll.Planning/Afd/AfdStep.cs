namespace Plimsoll.Planning.Afd;

/// <summary>A step in theory.</summary>
/// <param name="Time">τ, in the unit of the cost coefficients.</param>
/// <param name="ThroughputPerInstance">Tokens per such unit and instance, the FFN instance counted.</param>
/// <param name="AttentionIdleFraction">1 − μ_A/τ.</param>
/// <param name="FfnIdleFraction">1 − t_F/τ.</param>
/// <param name="TokensPerEnergy">Tokens per unit of power and time, with the powers asked for; with none, the same as throughput.</param>
public readonly record struct AfdStep(
    double Time, double ThroughputPerInstance, double AttentionIdleFraction, double FfnIdleFraction, double TokensPerEnergy);
