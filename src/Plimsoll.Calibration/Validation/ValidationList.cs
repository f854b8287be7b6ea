using Plimsoll.Calibration.Validation.Argonne;
using Plimsoll.Calibration.Validation.MlPerf;
using Plimsoll.Calibration.Validation.Replays;
using Plimsoll.Calibration.Validation.Silicon;
using Plimsoll.Calibration.Validation.Splitwise;

namespace Plimsoll.Calibration.Validation;

/// <summary>Every data set that predictions are held against, in the order in which they run.</summary>
public static class ValidationList
{
    /// <summary>The data sets.</summary>
    public static IReadOnlyList<ValidationEntry> All { get; } =
        [EngineReplay.Entry, SiliconData.Entry, SplitwiseData.Entry, ArgonneData.Entry, MlPerfData.Entry];
}
