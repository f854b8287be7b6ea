namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// Minimises |Xβ − y|² over β ≥ 0 by the active-set method of Lawson and Hanson (Solving Least Squares Problems, 1974, chapter 23), on
/// XᵀX and Xᵀy, with columns scaled to length 1.
/// </summary>
internal static class NonNegativeLeastSquares
{
    private const double Singular = 1e-13;
    private const double Optimal = 1e-12;

    /// <summary>The minimiser; 0 for columns that are empty.</summary>
    public static double[] Solve(double[,] gram, double[] product)
    {
        int size = product.Length;
        double[] scale = [.. Enumerable.Range(0, size).Select(i => gram[i, i] > 0 ? 1 / Math.Sqrt(gram[i, i]) : 0)];
        var scaled = new double[size, size];
        var target = new double[size];
        for (int i = 0; i < size; i++)
        {
            target[i] = product[i] * scale[i];
            for (int j = 0; j < size; j++)
            {
                scaled[i, j] = gram[i, j] * scale[i] * scale[j];
            }
        }

        double[] solution = SolveScaled(scaled, target);
        return [.. solution.Select((value, i) => value * scale[i])];
    }

    /// <summary>Inverse of the rows and columns marked, 0 elsewhere; null when they are not independent.</summary>
    public static double[,]? Inverse(double[,] gram, bool[] marked)
    {
        int size = marked.Length;
        var inverse = new double[size, size];
        double[] scale = [.. Enumerable.Range(0, size).Select(i => gram[i, i] > 0 ? 1 / Math.Sqrt(gram[i, i]) : 0)];
        var scaled = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                scaled[i, j] = gram[i, j] * scale[i] * scale[j];
            }
        }

        for (int column = 0; column < size; column++)
        {
            if (!marked[column])
            {
                continue;
            }

            var unit = new double[size];
            unit[column] = 1;
            if (SolveMarked(scaled, unit, marked) is not double[] solved)
            {
                return null;
            }

            for (int row = 0; row < size; row++)
            {
                inverse[row, column] = solved[row] * scale[row] * scale[column];
            }
        }

        return inverse;
    }

    private static double[] SolveScaled(double[,] gram, double[] target)
    {
        int size = target.Length;
        var free = new bool[size];
        var barred = new bool[size];
        var solution = new double[size];
        for (int round = 0; round < 10 * size; round++)
        {
            int best = Steepest(gram, target, solution, free, barred);
            if (best < 0)
            {
                break;
            }

            free[best] = true;
            if (!Settle(gram, target, free, ref solution))
            {
                free[best] = false;
                barred[best] = true;
            }
        }

        return solution;
    }

    private static int Steepest(double[,] gram, double[] target, double[] solution, bool[] free, bool[] barred)
    {
        int best = -1;
        double steepest = Optimal;
        for (int i = 0; i < target.Length; i++)
        {
            if (free[i] || barred[i] || gram[i, i] == 0)
            {
                continue;
            }

            double slope = target[i];
            for (int j = 0; j < target.Length; j++)
            {
                slope -= gram[i, j] * solution[j];
            }

            if (slope > steepest)
            {
                steepest = slope;
                best = i;
            }
        }

        return best;
    }

    /// <summary>Solves for the free columns, giving up those that would turn negative; false when they are not independent.</summary>
    private static bool Settle(double[,] gram, double[] target, bool[] free, ref double[] solution)
    {
        while (true)
        {
            if (SolveMarked(gram, target, free) is not double[] wanted)
            {
                return false;
            }

            double step = 1;
            for (int i = 0; i < free.Length; i++)
            {
                if (free[i] && wanted[i] <= 0)
                {
                    step = Math.Min(step, solution[i] / (solution[i] - wanted[i]));
                }
            }

            bool positive = true;
            for (int i = 0; i < free.Length; i++)
            {
                positive &= !free[i] || wanted[i] > 0;
            }

            if (positive)
            {
                solution = wanted;
                return true;
            }

            for (int i = 0; i < free.Length; i++)
            {
                solution[i] += free[i] ? step * (wanted[i] - solution[i]) : 0;
                if (free[i] && wanted[i] <= 0 && solution[i] <= 1e-15)
                {
                    free[i] = false;
                    solution[i] = 0;
                }
            }
        }
    }

    /// <summary>Cholesky on the marked rows and columns; null when a pivot vanishes.</summary>
    private static double[]? SolveMarked(double[,] gram, double[] target, bool[] marked)
    {
        int[] index = [.. Enumerable.Range(0, marked.Length).Where(i => marked[i])];
        int size = index.Length;
        var lower = new double[size, size];
        var solved = new double[size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = gram[index[i], index[j]];
                for (int k = 0; k < j; k++)
                {
                    sum -= lower[i, k] * lower[j, k];
                }

                if (i == j && sum < Singular)
                {
                    return null;
                }

                lower[i, j] = i == j ? Math.Sqrt(sum) : sum / lower[j, j];
            }

            double value = target[index[i]];
            for (int k = 0; k < i; k++)
            {
                value -= lower[i, k] * solved[k];
            }

            solved[i] = value / lower[i, i];
        }

        for (int i = size - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < size; k++)
            {
                solved[i] -= lower[k, i] * solved[k];
            }

            solved[i] /= lower[i, i];
        }

        var solution = new double[marked.Length];
        for (int i = 0; i < size; i++)
        {
            solution[index[i]] = solved[i];
        }

        return solution;
    }
}
