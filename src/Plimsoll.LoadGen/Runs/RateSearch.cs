namespace Plimsoll.LoadGen.Runs;

/// <summary>
/// The highest rate that keeps a promise, by bisection on the logarithm of the rate with several trials at each: a rate passes when most of
/// its trials do.
/// </summary>
/// <param name="Rate">Highest rate that passed; 0 when not even the lowest did.</param>
/// <param name="SafeRate">Highest rate up to which every single trial passed; 0 when there is none. The lower end of the interval.</param>
/// <param name="FailingRate">
/// Lowest rate above <paramref name="Rate"/> at which every trial failed; infinite when there is none. The upper end.
/// </param>
/// <param name="Trials">All trials, in the order in which they were made.</param>
public sealed record RateSearch(double Rate, double SafeRate, double FailingRate, IReadOnlyList<RateTrial> Trials)
{
    /// <summary>Searches.</summary>
    /// <param name="low">Lowest rate, positive.</param>
    /// <param name="high">Highest rate, above the lowest.</param>
    /// <param name="trials">Trials at each rate, odd from 1.</param>
    /// <param name="tolerance">The search ends when the two rates differ by this fraction; positive.</param>
    /// <param name="run">Runs a trial; null to stop the search.</param>
    public static RateSearch Find(double low, double high, int trials, double tolerance, Func<double, int, RateTrial?> run)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(low);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(high, low);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        ArgumentNullException.ThrowIfNull(run);
        List<RateTrial> made = [];
        if (Passes(low) == true && Passes(high) == false)
        {
            (double passing, double failing) = (low, high);
            while (failing / passing > 1 + tolerance)
            {
                double middle = Math.Sqrt(passing * failing);
                bool? passes = Passes(middle);
                if (passes is null)
                {
                    break;
                }

                (passing, failing) = passes.Value ? (middle, failing) : (passing, middle);
            }
        }

        return Of(made, trials);

        bool? Passes(double rate)
        {
            int passed = 0;
            for (int trial = 0; trial < trials; trial++)
            {
                if (run(rate, trial) is not { } result)
                {
                    return null;
                }

                made.Add(result);
                passed += result.Passed ? 1 : 0;
            }

            return 2 * passed > trials;
        }
    }

    private static RateSearch Of(List<RateTrial> made, int trials)
    {
        (double Rate, int Passed, int Made)[] rates =
            [.. made.GroupBy(trial => trial.Rate).Select(group =>
                (group.Key, group.Count(trial => trial.Passed), group.Count())).OrderBy(rate => rate.Key)];
        double best = rates.Where(rate => rate.Made == trials && 2 * rate.Passed > trials).Select(rate =>
            rate.Rate).DefaultIfEmpty(0).Max();
        double safe = rates.TakeWhile(rate => rate.Passed == rate.Made).Select(rate => rate.Rate).DefaultIfEmpty(0).Max();
        double failing = rates.Where(rate => rate.Rate > best && rate.Passed == 0).Select(rate =>
            rate.Rate).DefaultIfEmpty(double.PositiveInfinity).Min();
        return new RateSearch(best, Math.Min(safe, best), failing, made);
    }
}
