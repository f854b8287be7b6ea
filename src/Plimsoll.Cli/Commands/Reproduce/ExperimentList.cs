namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Every experiment there is, in the order in which they run.</summary>
internal static class ExperimentList
{
    public static IReadOnlyList<ExperimentEntry> All { get; } =
    [
        McSfHindsight.Entry,
        McSfLmsys.Entry,
        Intervals.Entry,
        SortedF.Entry,
        LpBound.Entry,
        LoadLineTable.Entry,
        AfdRatio.Entry,
        BfIoTable.Entry,
        BfIoScaling.Entry,
        BfIoPrediction.Entry,
        BalancingTraffic.Entry,
        BalancingCases.Entry,
        NegativeControls.Entry,
    ];
}
