namespace Plimsoll.Testing;

/// <summary>What a <see cref="SlotGroup"/> measured.</summary>
/// <param name="Steps">Steps up to the last in which a request was placed.</param>
/// <param name="Seconds">Their time.</param>
/// <param name="Imbalance">Mean of workers · greatest load − all loads, tokens.</param>
/// <param name="TokensPerSecond">Output tokens of the group.</param>
/// <param name="SecondsPerOutputToken">Mean over all requests of the time from placement to end, for each output token.</param>
/// <param name="IdleFraction">Mean share by which a worker's load is below the greatest.</param>
/// <param name="Kilojoules">Energy of the group.</param>
public sealed record SlotGroupResult(
    int Steps,
    double Seconds,
    double Imbalance,
    double TokensPerSecond,
    double SecondsPerOutputToken,
    double IdleFraction,
    double Kilojoules);
