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
        double[][] values = [.. _bends.Select(bend => Inner([.. some.Select(bend.Amount)]))];
        double[][] coarse = [.. values.Select(Thinned)];
        double[] best = [.. coarse.Select(each => each[each.Length / 2])];
        double least = double.PositiveInfinity;
        for (int round = 0; round < 2; round++)
        {
            for (int bend = 0; bend < best.Length; bend++)
            {
                double[] candidates = round == 0 ? coarse[bend] : Thinned(Near(values[bend], coarse[bend], best[bend]));
                foreach (double candidate in candidates)
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

    /// <summary>Values that occur, without the least and the largest, ascending.</summary>
    private static double[] Inner(double[] values)
    {
        double[] inner = [.. values.Where(value => value > 0).Distinct().Order()];
        return inner.Length > 2 ? inner[1..^1] : [inner.Length > 0 ? inner[^1] : 1];
    }

    private static double[] Thinned(double[] values)
    {
        int every = ((values.Length - 1) / MostCandidates) + 1;
        return [.. values.Where((_, i) => i % every == 0)];
    }

    /// <summary>Values between the coarse candidates on either side of a place.</summary>
    private static double[] Near(double[] values, double[] coarse, double at)
    {
        int index = Array.IndexOf(coarse, at);
        double low = index > 0 ? coarse[index - 1] : values[0];
        double high = index >= 0 && index + 1 < coarse.Length ? coarse[index + 1] : values[^1];
        return [.. values.Where(value => value >= low && value <= high)];
    }
}
