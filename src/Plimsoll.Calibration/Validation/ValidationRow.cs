namespace Plimsoll.Calibration.Validation;

/// <summary>One number predicted and measured.</summary>
/// <param name="Dataset">What was measured: data set, machine, engine and model.</param>
/// <param name="Prediction">What predicted it: <c>catalogue</c>, <c>fitted</c> or <c>bound</c>.</param>
/// <param name="Metric">Which number, with its unit and statistic, such as <c>ttft_seconds_mean</c>.</param>
/// <param name="Predicted">What was predicted.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="Points">Requests or configurations that it stands for.</param>
public sealed record ValidationRow(string Dataset, string Prediction, string Metric, double Predicted, double Measured, int Points)
{
    /// <summary>Predicted from the catalogue alone.</summary>
    public const string FromCatalogue = "catalogue";

    /// <summary>Predicted with parameters fitted on another part of the same run.</summary>
    public const string FromFit = "fitted";

    /// <summary>A bound: right when it is not below what was measured.</summary>
    public const string AsBound = "bound";

    /// <summary>Predicted / measured − 1.</summary>
    public double Error => (Predicted / Measured) - 1;

    /// <summary>How far it is from what it should be: of a bound only what it falls short by.</summary>
    public double Miss => IsBound ? Math.Max(0, -Error) : Math.Abs(Error);

    /// <summary>Whether it only has to be not below what was measured.</summary>
    public bool IsBound => Prediction == AsBound;

    /// <summary>Errors over the configurations; null where the row is one run.</summary>
    public ErrorSpread? Spread { get; init; }

    /// <summary>
    /// Many configurations as one row: the geometric means of what was predicted and measured, and the spread of the errors.
    /// </summary>
    public static ValidationRow OfMany(
        string dataset, string prediction, string metric, IReadOnlyList<(double Predicted, double Measured)> pairs)
    {
        double predicted = Math.Exp(pairs.Average(pair => Math.Log(pair.Predicted)));
        double measured = Math.Exp(pairs.Average(pair => Math.Log(pair.Measured)));
        var spread = ErrorSpread.Of([.. pairs.Select(pair => (pair.Predicted / pair.Measured) - 1)]);
        return new ValidationRow(dataset, prediction, metric, predicted, measured, pairs.Count) { Spread = spread };
    }
}
