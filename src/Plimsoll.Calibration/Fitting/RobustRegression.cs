namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// Non-negative regression in relative error that a few wild rows cannot turn: every row is divided by its own time, so that the target
/// is 1; least absolute deviations to begin with, then Huber's weights (1.345 scales) by iteration, the scale being the median absolute
/// residual · 1.4826. Rows off by more than half of their time and by eight scales are left out altogether.
/// </summary>
internal sealed class RobustRegression
{
    private const double HuberBend = 1.345;
    private const double NormalConsistency = 1.4826;
    private const double LeastScale = 1e-7;
    private const double OutlierScales = 8;
    private const double OutlierError = 0.5;

    private readonly double[][] _rows;
    private readonly int _terms;
    private double[] _weights;

    /// <summary>Amounts of each term in each row, divided by the row's time.</summary>
    public RobustRegression(double[][] relativeRows, int terms)
    {
        _rows = relativeRows;
        _terms = terms;
        _weights = [.. Enumerable.Repeat(1.0, relativeRows.Length)];
        Coefficients = new double[terms];
    }

    public double[] Coefficients { get; private set; }

    public double Scale { get; private set; }

    public int Outliers { get; private set; }

    /// <summary>Runs to the end.</summary>
    public RobustRegression Fit(int absoluteRounds = 12, int huberRounds = 40)
    {
        Solve();
        for (int round = 0; round < absoluteRounds; round++)
        {
            Weigh((residual, scale) => 1 / Math.Max(Math.Abs(residual), Math.Max(0.1 * scale, LeastScale)));
            Solve();
        }

        for (int round = 0; round < huberRounds; round++)
        {
            double[] before = Coefficients;
            Weigh(HuberWeight);
            Solve();
            if (Change(before, Coefficients) < 1e-9)
            {
                break;
            }
        }

        return this;
    }

    /// <summary>
    /// Standard errors of the positive coefficients, with Huber's correction: s² · mean ψ² / (mean ψ')² · (XᵀX)⁻¹ (Huber, Robust
    /// Statistics, 1981, section 7.6); null when the columns are not independent, or for a coefficient that stands at 0.
    /// </summary>
    public double?[] StandardErrors()
    {
        bool[] positive = [.. Coefficients.Select(value => value > 0)];
        int freedom = _rows.Length - positive.Count(each => each) - Outliers;
        var plain = new double[_rows.Length];
        double squares = 0;
        double inside = 0;
        for (int i = 0; i < _rows.Length; i++)
        {
            double residual = Residual(_rows[i]);
            bool kept = _weights[i] > 0;
            plain[i] = kept ? 1 : 0;
            double bounded = kept ? Math.Clamp(residual, -HuberBend * Scale, HuberBend * Scale) : 0;
            squares += bounded * bounded;
            inside += kept && Math.Abs(residual) <= HuberBend * Scale ? 1 : 0;
        }

        double share = inside / Math.Max(1, _rows.Length - Outliers);
        double[,]? inverse = freedom > 0 && share > 0 ? NonNegativeLeastSquares.Inverse(Gram(plain).Matrix, positive) : null;
        double variance = squares / Math.Max(1, freedom) / (share * share);
        return [.. Enumerable.Range(0, _terms).Select(i =>
            inverse is null || !positive[i] ? (double?)null : Math.Sqrt(Math.Max(0, variance * inverse[i, i])))];
    }

    /// <summary>Median absolute relative residual: what bends are placed by.</summary>
    public double MedianError()
    {
        double[] errors = [.. _rows.Select(row => Math.Abs(Residual(row)))];
        Array.Sort(errors);
        return ErrorSummary.Percentile(errors, 0.5);
    }

    /// <summary>Mean of min(|relative residual|, 1).</summary>
    public double MeanError() => _rows.Average(row => Math.Min(1, Math.Abs(Residual(row))));

    private static double Change(double[] before, double[] after)
    {
        double most = 0;
        for (int i = 0; i < before.Length; i++)
        {
            most = Math.Max(most, Math.Abs(after[i] - before[i]) / Math.Max(1e-300, Math.Max(Math.Abs(before[i]), Math.Abs(after[i]))));
        }

        return most;
    }

    private static double HuberWeight(double residual, double scale)
    {
        double size = Math.Abs(residual);
        if (size > OutlierError && size > OutlierScales * scale)
        {
            return 0;
        }

        return size <= HuberBend * scale ? 1 : HuberBend * scale / size;
    }

    private void Weigh(Func<double, double, double> weight)
    {
        double[] residuals = [.. _rows.Select(Residual)];
        double[] sizes = [.. residuals.Select(Math.Abs)];
        Array.Sort(sizes);
        Scale = Math.Max(LeastScale, NormalConsistency * ErrorSummary.Percentile(sizes, 0.5));
        _weights = [.. residuals.Select(residual => weight(residual, Scale))];
        Outliers = _weights.Count(each => each == 0);
    }

    private double Residual(double[] row)
    {
        double sum = -1;
        for (int i = 0; i < _terms; i++)
        {
            sum += row[i] * Coefficients[i];
        }

        return sum;
    }

    private void Solve()
    {
        (double[,] gram, double[] product) = Gram(_weights);
        Coefficients = NonNegativeLeastSquares.Solve(gram, product);
    }

    private (double[,] Matrix, double[] Product) Gram(double[] weights)
    {
        var gram = new double[_terms, _terms];
        var product = new double[_terms];
        for (int row = 0; row < _rows.Length; row++)
        {
            double[] cells = _rows[row];
            double weight = weights[row];
            for (int i = 0; i < _terms; i++)
            {
                double value = weight * cells[i];
                product[i] += value;
                for (int j = 0; j <= i; j++)
                {
                    gram[i, j] += value * cells[j];
                }
            }
        }

        for (int i = 0; i < _terms; i++)
        {
            for (int j = i + 1; j < _terms; j++)
            {
                gram[i, j] = gram[j, i];
            }
        }

        return (gram, product);
    }
}
