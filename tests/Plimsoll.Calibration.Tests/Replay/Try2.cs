using System.Diagnostics;
using Plimsoll.Calibration.Validation;
using Plimsoll.Calibration.Validation.Reading;
using Plimsoll.Performance;
using Plimsoll.Performance.Catalog;
using Plimsoll.Testing;

namespace Plimsoll.Calibration.Tests.Replay;

public class Try2
{
    [Fact]
    public void It()
    {
        string root = SharedData.PathOf("measured");
        foreach (ValidationEntry entry in ValidationList.All.Where(e => e.Name != "splitwise"))
        {
            List<InputProblem> problems = [];
            MeasuredFile[] files = [.. Directory.EnumerateFiles(Path.Combine(root, entry.Name), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => new MeasuredFile(Path.GetRelativePath(root, f), () => File.OpenRead(f)))];
            var clock = Stopwatch.StartNew();
            ValidatedData data = entry.Read(files, problems)!(CatalogReader.BuiltIn);
            Console.WriteLine($"{entry.Name} {clock.Elapsed.TotalSeconds} s; problems {problems.Count} {(problems.Count > 0 ? problems[0].ToString() : "")}");
            foreach (ValidationRow r in data.Rows)
            {
                Console.WriteLine($"{r.Dataset,-75} {r.Metric,-13} {r.Points,4} {r.Predicted,9:0.0000} {r.Measured,9:0.0000} {100 * r.Error,7:0.0}% p10 {100 * r.Spread?.P10,6:0} p50 {100 * r.Spread?.P50,6:0} p90 {100 * r.Spread?.P90,6:0}");
            }

            foreach (string n in data.Notes)
            {
                Console.WriteLine(n);
            }
        }
    }
}
