namespace Plimsoll.Calibration.Fitting;

/// <summary>A form with its parameters: a step time for whatever is in a step.</summary>
/// <param name="Name">Name of the form.</param>
/// <param name="Parameters">Its numbers; none of a table.</param>
/// <param name="Outliers">Rows that were left out because they lie far from everything the form can say.</param>
/// <param name="Seconds">The time of a step like this; its own time is not looked at.</param>
public sealed record FittedForm(
    string Name, IReadOnlyList<FittedParameter> Parameters, int Outliers, Func<StepObservation, double> Seconds)
{
    /// <summary>Relative error, predicted / measured − 1.</summary>
    public double ErrorAt(in StepObservation row) => (Seconds(row) / row.Seconds) - 1;

    /// <summary>The value of a parameter, 0 when the form has none of that name.</summary>
    public double this[string name]
    {
        get
        {
            foreach (FittedParameter parameter in Parameters)
            {
                if (parameter.Name == name)
                {
                    return parameter.Value;
                }
            }

            return 0;
        }
    }
}
