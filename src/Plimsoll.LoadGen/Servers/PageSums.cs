using System.Globalization;

namespace Plimsoll.LoadGen.Servers;

/// <summary>Reads single numbers from a metrics page (Prometheus text).</summary>
internal static class PageSums
{
    /// <summary>The sum over all series of this name, whatever their labels; not a number when there is none.</summary>
    public static double Of(string page, string name)
    {
        double sum = double.NaN;
        foreach (ReadOnlySpan<char> line in page.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length == name.Length || line[name.Length] is not ('{' or ' '))
            {
                continue;
            }

            // A time stamp may follow the value; neither holds a brace.
            ReadOnlySpan<char> value = line[(line[name.Length] == '{' ? line.LastIndexOf('}') + 1 : name.Length)..].Trim();
            int end = value.IndexOf(' ');
            if (double.TryParse(end < 0 ? value : value[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                sum = double.IsNaN(sum) ? number : sum + number;
            }
        }

        return sum;
    }
}
