using System.Globalization;
using Plimsoll.Performance;

namespace Plimsoll.Calibration.Validation.Reading;

/// <summary>
/// Numbers in text, or a problem that names file, line and field. What fails is read as not-a-number, so that reading goes on.
/// </summary>
/// <param name="file">What to call the file.</param>
/// <param name="problems">Collects what is wrong.</param>
public sealed class FieldParser(string file, List<InputProblem> problems)
{
    /// <summary>A finite number from <paramref name="least"/>.</summary>
    public double Number(int line, string field, string text, double least)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && value >= least)
        {
            return value;
        }

        Report(line, field, string.Create(CultureInfo.InvariantCulture, $"must be a number from {least}, not '{text}'"));
        return double.NaN;
    }

    /// <summary>A whole number from <paramref name="least"/>; that, when it is not one.</summary>
    public int Whole(int line, string field, string text, int least)
    {
        // Tables that went through a data frame write 8 as 8.0.
        string plain = text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
        if (int.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least)
        {
            return value;
        }

        Report(line, field, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least}, not '{text}'"));
        return least;
    }

    /// <summary>Something wrong with a field.</summary>
    public void Report(int line, string field, string message) => problems.Add(new InputProblem(file, line, field, message));
}
