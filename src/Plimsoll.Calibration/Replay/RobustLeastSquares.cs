using Plimsoll.Calibration.Fitting;

namespace Plimsoll.Calibration.Replay;

/// <summary>
/// Minimises Σ (√(1 + r²) − 1) + ½ Σ ((x − start) / spread)² for residuals r of a few variables x, by Levenberg and Marquardt's method with
/// the weights of the pseudo-Huber loss and central differences. What the residuals do not tell stays at the start. Differences are wide,
/// as the residuals come from simulations that jump a little. Deterministic.
/// </summary>
public static class RobustLeastSquares
{
    private const double Difference = 0.1;
    private const double LongestStep = 0.7;
    private const double FirstDamping = 1e-2;
    private const double MostDamping = 1e6;
    private const double Settled = 1e-4;
    private const int Fruitless = 3;

    /// <summary>The best point found.</summary>
    /// <param name="residuals">Always as many, never not-a-number.</param>
    /// <param name="start">Where to begin, and what is believed without data.</param>
    /// <param name="spread">How sure that is: standard deviations, above 0.</param>
    /// <param name="mostEvaluations">Ends after about so many evaluations.</param>
    public static double[] Minimise(Func<double[], double[]> residuals, double[] start, IReadOnlyList<double> spread, int mostEvaluations)
    {
        double[] best = [.. start];
        double[] errors = residuals(best);
        double loss = Loss(errors, best, start, spread);
        double damping = FirstDamping;
        int left = mostEvaluations - 1;
        int fruitless = 0;
        while (left > 2 * start.Length && damping < MostDamping && fruitless < Fruitless)
        {
            (double[,] gram, double[] slope) = Normal(residuals, best, errors, start, spread);
            left -= 2 * start.Length;
            double before = loss;
            while (left > 0 && damping < MostDamping)
            {
                double[] next = Step(gram, slope, best, damping);
                double[] nextErrors = residuals(next);
                double nextLoss = Loss(nextErrors, next, start, spread);
                left--;
                if (nextLoss < loss)
                {
                    (best, errors, loss) = (next, nextErrors, nextLoss);
                    damping /= 5;
                    break;
                }

                damping *= 5;
            }

            fruitless = before - loss > Settled * before ? 0 : fruitless + 1;
        }

        return best;
    }

    /// <summary>What is minimised.</summary>
    internal static double Loss(double[] errors, double[] point, double[] start, IReadOnlyList<double> spread)
    {
        double sum = 0;
        foreach (double error in errors)
        {
            sum += Math.Sqrt(1 + (error * error)) - 1;
        }

        for (int k = 0; k < point.Length; k++)
        {
            double away = (point[k] - start[k]) / spread[k];
            sum += away * away / 2;
        }

        return sum;
    }

    private static (double[,] Gram, double[] Slope) Normal(
        Func<double[], double[]> residuals, double[] point, double[] errors, double[] start, IReadOnlyList<double> spread)
    {
        int variables = point.Length;
        var slopes = new double[variables][];
        for (int k = 0; k < variables; k++)
        {
            double[] beside = [.. point];
            beside[k] += Difference;
            double[] above = residuals(beside);
            beside[k] -= 2 * Difference;
            double[] below = residuals(beside);
            slopes[k] = [.. above.Select((error, i) => (error - below[i]) / (2 * Difference))];
        }

        var gram = new double[variables, variables];
        var slope = new double[variables];
        for (int k = 0; k < variables; k++)
        {
            for (int j = 0; j <= k; j++)
            {
                double sum = 0;
                for (int i = 0; i < errors.Length; i++)
                {
                    sum += slopes[k][i] * slopes[j][i] / Math.Sqrt(1 + (errors[i] * errors[i]));
                }

                gram[k, j] = gram[j, k] = sum;
            }

            for (int i = 0; i < errors.Length; i++)
            {
                slope[k] += slopes[k][i] * errors[i] / Math.Sqrt(1 + (errors[i] * errors[i]));
            }

            gram[k, k] += 1 / (spread[k] * spread[k]);
            slope[k] += (point[k] - start[k]) / (spread[k] * spread[k]);
        }

        return (gram, slope);
    }

    private static double[] Step(double[,] gram, double[] slope, double[] point, double damping)
    {
        int variables = point.Length;
        var damped = (double[,])gram.Clone();
        for (int k = 0; k < variables; k++)
        {
            damped[k, k] *= 1 + damping;
        }

        double[] next = [.. point];
        if (NonNegativeLeastSquares.Inverse(damped, [.. Enumerable.Repeat(true, variables)]) is { } inverse)
        {
            for (int k = 0; k < variables; k++)
            {
                double change = 0;
                for (int j = 0; j < variables; j++)
                {
                    change -= inverse[k, j] * slope[j];
                }

                next[k] += Math.Clamp(change, -LongestStep, LongestStep);
            }
        }

        return next;
    }
}
