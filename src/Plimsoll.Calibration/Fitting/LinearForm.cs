namespace Plimsoll.Calibration.Fitting;

/// <summary>
/// A sum of amounts in a step times prices that are never negative. A form may have bends: its terms then depend on where they are, and
/// each is placed among the values that occur, where the fit comes out best.
/// </summary>
internal sealed class LinearForm : IStepForm
{
    private const int MostCandidates = 12;
    private const int MostRowsForBends = 3_000;

    private readonly Func<double[], IReadOnlyList<FormTerm>> _terms;
    private readonly FormBend[] _bends;

    public LinearForm(string name, string formula, IReadOnlyList<FormTerm> terms)
        : this(name, formula, [], _ => terms) => LearnsFromAverages = true;

    public LinearForm(string name, string formula, FormBend[] bends, Func<double[], IReadOnlyList<FormTerm>> terms)
    {
        Name = name;
        Formula = formula;
        _bends = bends;
        _terms = terms;
        Complexity = terms(new double[bends.Length]).Count + bends.Length;
    }

    public string Name { get; }

    public string Formula { get; }

    public int Complexity { get; }

    public bool LearnsFromAverages { get; init; }

    public FormFit Fit(IReadOnlyList<StepObservation> rows)
    {
        double[] bends = PlaceBends(rows);
        IReadOnlyList<FormTerm> terms = _terms(bends);
        if (rows.Count <= terms.Count)
        {
            return new FormFit(null, $"{rows.Count} rows are too few for {terms.Count} numbers");
        }

        RobustRegression fit = Regression(rows, terms).Fit();
        double[] prices = fit.Coefficients;
        if (prices.All(price => price == 0))
        {
            return new FormFit(null, "no price comes out above 0");
        }

        double?[] errors = fit.StandardErrors();
        List<FittedParameter> parameters =
        [
            .. terms.Select((term, i) => new FittedParameter(
                term.Parameter, prices[i], errors[i], errors[i] is double error && error <= 0.5 * prices[i])),
            .. _bends.Select((bend, i) => new FittedParameter(bend.Name, bends[i], null, true)),
        ];
        return new FormFit(new FittedForm(Name, parameters, fit.Outliers, row => Sum(row, terms, prices)), "");
    }

    private static double Sum(in StepObservation row, IReadOnlyList<FormTerm> terms, double[] prices)
    {
        double seconds = 0;
        for (int i = 0; i < prices.Length; i++)
        {
            seconds += prices[i] * terms[i].Amount(row);
        }

        return seconds;
    }

    private static RobustRegression Regression(IReadOnlyList<StepObservation> rows, IReadOnlyList<FormTerm> terms) => new(
        [.. rows.Select(row => terms.Select(term => term.Amount(row) / row.Seconds).ToArray())], terms.Count);

    private double[] PlaceBends(IReadOnlyList<StepObservation> rows)
    {
        if (_bends.Length == 0)
        {
            return [];
        }

        int every = (rows.Count / MostRowsForBends) + 1;
        StepObservation[] some = [.. rows.Where((_, i) => i % every == 0)];
        double[][] candidates = [.. _bends.Select(bend => Candidates([.. some.Select(bend.Amount)]))];
        double[] best = [.. candidates.Select(values => values[values.Length / 2])];
        double least = double.PositiveInfinity;
        for (int round = 0; round < 2; round++)
        {
            for (int bend = 0; bend < best.Length; bend++)
            {
                foreach (double candidate in candidates[bend])
                {
                    double[] tried = [.. best];
                    tried[bend] = candidate;
                    double error = Regression(some, _terms(tried)).Fit(absoluteRounds: 4, huberRounds: 2).MeanError();
                    if (error < least * (1 - 1e-9))
                    {
                        least = error;
                        best = tried;
                    }
                }
            }
        }

        return best;
    }

    /// <summary>Values that occur, without the least and the largest, thinned out evenly.</summary>
    private static double[] Candidates(double[] values)
    {
        double[] inner = [.. values.Where(value => value > 0).Distinct().Order()];
        inner = inner.Length > 2 ? inner[1..^1] : [inner.Length > 0 ? inner[^1] : 1];
        int every = ((inner.Length - 1) / MostCandidates) + 1;
        return [.. inner.Where((_, i) => i % every == 0)];
    }
}
