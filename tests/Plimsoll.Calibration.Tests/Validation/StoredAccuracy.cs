using System.Globalization;
using Plimsoll.Calibration.Validation;
using Plimsoll.Testing;

namespace Plimsoll.Calibration.Tests.Validation;

/// <summary>An error as it was when somebody last looked. The table holds numbers only.</summary>
internal sealed record StoredAccuracy(string Dataset, string Prediction, string Metric, int Points, double Error)
{
    private const string Header = "dataset,prediction,metric,points,error";

    public static string File => Repository.PathOf("tests/Plimsoll.Calibration.Tests/Validation/accuracy.csv");

    public (string Dataset, string Prediction, string Metric, int Points) Key => (Dataset, Prediction, Metric, Points);

    /// <summary>Of a bound, what it falls short by; else the error without its sign.</summary>
    public double Miss => Prediction == ValidationRow.AsBound ? Math.Max(0, -Error) : Math.Abs(Error);

    public static StoredAccuracy Of(ValidationRow row) => new(row.Dataset, row.Prediction, row.Metric, row.Points, row.Error);

    public static IReadOnlyList<StoredAccuracy> Read() => [.. System.IO.File.ReadLines(File).Skip(1).Select(Parse)];

    public static void Write(IEnumerable<ValidationRow> rows) => System.IO.File.WriteAllText(
        File, string.Concat(rows.Select(Of).Select(row => row.Line + "\n").Prepend(Header + "\n")));

    private string Line => string.Create(CultureInfo.InvariantCulture, $"{Dataset},{Prediction},{Metric},{Points},{Error:G9}");

    private static StoredAccuracy Parse(string line)
    {
        string[] fields = line.Split(',');
        return new StoredAccuracy(
            fields[0], fields[1], fields[2], int.Parse(fields[3], CultureInfo.InvariantCulture), double.Parse(fields[4], CultureInfo.InvariantCulture));
    }
}
