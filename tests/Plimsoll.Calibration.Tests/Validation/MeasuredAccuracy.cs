using Plimsoll.Calibration.Validation;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Calibration.Validation.Reports;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Testing;

namespace Plimsoll.Calibration.Tests.Validation;

/// <summary>All predictions over the measured data, computed once for all tests.</summary>
internal static class MeasuredAccuracy
{
    private static readonly Lazy<ValidationReport> TheReport = new(Compute);

    /// <summary>The report; ends the test as skipped when the data are not here.</summary>
    public static ValidationReport Report
    {
        get
        {
            _ = SharedData.PathOf("measured");
            return TheReport.Value;
        }
    }

    private static ValidationReport Compute()
    {
        string root = SharedData.PathOf("measured");
        List<ValidatedSet> sets = [];
        List<InputProblem> problems = [];
        foreach (ValidationEntry entry in ValidationList.All.Where(entry => Directory.Exists(Path.Combine(root, entry.Name))))
        {
            MeasuredFile[] files =
            [
                .. Directory.EnumerateFiles(Path.Combine(root, entry.Name), "*", SearchOption.AllDirectories)
                    .Select(file => (File: file, Below: Path.GetRelativePath(root, file).Replace('\\', '/')))
                    .OrderBy(pair => pair.Below, StringComparer.Ordinal)
                    .Select(pair => new MeasuredFile(pair.Below, () => File.OpenRead(pair.File))),
            ];
            sets.Add(new ValidatedSet(entry.Name, entry.Title, entry.Read(files, problems)!(CatalogReader.BuiltIn)));
        }

        Assert.Empty(problems);
        return new ValidationReport(sets, 0);
    }
}
