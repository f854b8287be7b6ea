namespace Plimsoll.Calibration.Replay;

/// <summary>
/// Minimises a function of a few variables without derivatives (Nelder and Mead 1965, coefficients 1, 2, ½, ½). Deterministic: equal values
/// keep the older vertex in front. Restarted around its result, on the other side each time, which frees a simplex that has collapsed in a
/// rough place.
/// </summary>
public static class NelderMead
{
    private const double Narrowing = 0.7;
    private const int Fruitless = 4;

    /// <summary>The best point found.</summary>
    /// <param name="function">Never not-a-number.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="step">Extent of the first simplex in each variable, above 0.</param>
    /// <param name="tolerance">A descent ends when the values of all vertices lie within this.</param>
    /// <param name="mostEvaluations">
    /// Ends after about so many evaluations, counted over all descents, or when four of them one after the other gained no more than the
    /// tolerance.
    /// </param>
    public static double[] Minimise(Func<double[], double> function, double[] start, double step, double tolerance, int mostEvaluations)
    {
        int left = mostEvaluations;
        double[] best = start;
        double value = double.PositiveInfinity;
        int fruitless = 0;
        for (double side = step; left > 0 && fruitless < Fruitless; side = -side * Narrowing)
        {
            (best, double now) = Descend(function, best, side, tolerance, ref left);
            fruitless = value - now > tolerance ? 0 : fruitless + 1;
            value = now;
        }

        return best;
    }

    private static (double[] Point, double Value) Descend(
        Func<double[], double> function, double[] start, double step, double tolerance, ref int left)
    {
        int variables = start.Length;
        var points = new double[variables + 1][];
        var values = new double[variables + 1];
        for (int i = 0; i <= variables; i++)
        {
            points[i] = [.. start];
            if (i > 0)
            {
                points[i][i - 1] += step;
            }

            values[i] = function(points[i]);
            left--;
        }

        while (true)
        {
            Sort(points, values);
            if (left <= 0 || values[^1] - values[0] <= tolerance)
            {
                return (points[0], values[0]);
            }

            double[] centre = Centre(points);
            double[] reflected = Along(centre, points[^1], -1);
            double value = function(reflected);
            left--;
            if (value < values[0])
            {
                double[] expanded = Along(centre, points[^1], -2);
                double further = function(expanded);
                left--;
                (points[^1], values[^1]) = further < value ? (expanded, further) : (reflected, value);
            }
            else if (value < values[^2])
            {
                (points[^1], values[^1]) = (reflected, value);
            }
            else
            {
                double[] contracted = Along(centre, value < values[^1] ? reflected : points[^1], 0.5);
                double nearer = function(contracted);
                left--;
                if (nearer < Math.Min(value, values[^1]))
                {
                    (points[^1], values[^1]) = (contracted, nearer);
                }
                else
                {
                    Shrink(function, points, values);
                    left -= variables;
                }
            }
        }
    }

    private static void Shrink(Func<double[], double> function, double[][] points, double[] values)
    {
        for (int i = 1; i < points.Length; i++)
        {
            points[i] = Along(points[0], points[i], 0.5);
            values[i] = function(points[i]);
        }
    }

    // Insertion sort: stable, and the simplex is small.
    private static void Sort(double[][] points, double[] values)
    {
        for (int i = 1; i < points.Length; i++)
        {
            for (int j = i; j > 0 && values[j] < values[j - 1]; j--)
            {
                (values[j], values[j - 1]) = (values[j - 1], values[j]);
                (points[j], points[j - 1]) = (points[j - 1], points[j]);
            }
        }
    }

    private static double[] Centre(double[][] points)
    {
        var centre = new double[points[0].Length];
        for (int i = 0; i < points.Length - 1; i++)
        {
            for (int k = 0; k < centre.Length; k++)
            {
                centre[k] += points[i][k] / (points.Length - 1);
            }
        }

        return centre;
    }

    private static double[] Along(double[] from, double[] to, double share) =>
        [.. from.Select((value, k) => value + (share * (to[k] - value)))];
}
