using Plimsoll.Metrics.Barrier;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>What a barrier group of engines did with recorded traffic.</summary>
/// <param name="Filled">Sums over the steps until the last assignment.</param>
/// <param name="Whole">Sums over the whole run.</param>
/// <param name="TpotSeconds">Mean time for an output token after the first.</param>
/// <param name="E2eSeconds">Mean time from arrival to end.</param>
internal readonly record struct TrafficRun(BarrierTotals Filled, BarrierTotals Whole, double TpotSeconds, double E2eSeconds);
