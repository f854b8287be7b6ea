using System.Text;
using Plimsoll.Calibration.Fitting;
using Plimsoll.Calibration.Physics;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Calibration.Profiles;

/// <summary>Reads files of any known kind, told apart by what is in them, into steps.</summary>
public static class SourceReader
{
    /// <summary>Longest prompt that an engine with its usual budget takes in one step.</summary>
    public const long UsualTokenBudget = 2_048;

    private const string ProfileKind = "profile";

    private static readonly ISourceReader[] Readers =
        [.. LlmServingSimReaders.All, .. AiConfiguratorReaders.All, .. VidurReaders.All, .. WholeRequestReaders.All];

    /// <summary>What can be read, a kind a line.</summary>
    public static IReadOnlyList<string> Kinds => [ProfileKind, StepLogReader.Kind, MetricHistoryReader.Kind, .. Readers.Select(reader => reader.Kind)];

    /// <summary>
    /// Reads all files, adds operators up, turns lonely requests into steps, and takes out what the hardware cannot have done.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SourceReading Read(IReadOnlyList<SourceFile> files, CalibrationTarget target, long tokenBudget = UsualTokenBudget)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(target);
        var reading = new SourceReading();
        foreach (SourceFile file in files)
        {
            ReadOne(file, target, reading);
        }

        if (reading.Operators.Any && reading.Problems.Count == 0)
        {
            reading.Operators.Compose(target, reading);
        }

        AddAlone(reading, tokenBudget);
        CheckPhysics(target, reading);
        return reading;
    }

    private static void ReadOne(SourceFile file, CalibrationTarget target, SourceReading reading)
    {
        List<string> lines = LinesOf(file);
        string first = lines.Find(line => !string.IsNullOrWhiteSpace(line)) ?? "";
        if (first.Length == 0)
        {
            reading.Problem(file.Name, 1, "", "the file is empty");
        }
        else if (first.TrimStart()[0] == '{')
        {
            StepLogReader.Read(file.Name, lines, reading);
        }
        else if (MetricHistoryReader.IsExposition(lines))
        {
            MetricHistoryReader.ReadExposition(file.Name, lines, target, reading);
        }
        else if (CsvTable.Read(file.Name, lines) is CsvTable table)
        {
            ReadTable(file, table, target, reading);
        }
        else
        {
            reading.Problem(file.Name, 1, "", "the file holds nothing but comments");
        }
    }

    private static void ReadTable(SourceFile file, CsvTable table, CalibrationTarget target, SourceReading reading)
    {
        if (table.Has("step_seconds") || table.Has("iteration_time_ms"))
        {
            ReadProfile(file, table, reading);
        }
        else if (MetricHistoryReader.Recognises(table))
        {
            MetricHistoryReader.ReadTable(table, target, reading);
        }
        else if (Array.Find(Readers, reader => reader.Recognises(table)) is ISourceReader reader)
        {
            reader.Read(table, target, reading);
            if (table.Rows.Count == 0)
            {
                reading.Problem(table.File, table.HeaderLine, "", "has a header and no rows");
            }
        }
        else
        {
            bool trace = table.Has("arrival_seconds", "prompt_tokens", "output_tokens");
            if (trace)
            {
                reading.Problem(file.Name, table.HeaderLine, "", "is a trace: it says what was asked and holds no latencies. Measure an engine with plimsoll bench --trace, and give its requests.csv");
                return;
            }

            string columns = string.Join(", ", table.Names.Take(8)) + (table.Names.Count > 8 ? " …" : "");
            reading.Problem(file.Name, table.HeaderLine, "", $"no known kind of file has these columns: {columns}. Known are: {string.Join("; ", Kinds)}");
        }
    }

    private static void ReadProfile(SourceFile file, CsvTable table, SourceReading reading)
    {
        using Stream stream = file.Open();
        IReadOnlyList<ProfileRow> rows = ProfileReader.Read(stream, file.Name, reading.ProblemList);
        foreach (ProfileRow row in rows)
        {
            reading.Add(StepObservation.OfRow(row, file.Name));
        }

        reading.Add(new SourceSummary(file.Name, ProfileKind, table.Rows.Count, rows.Count, 0));
    }

    private static List<string> LinesOf(SourceFile file)
    {
        using Stream stream = file.Open();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        List<string> lines = [];
        while (reader.ReadLine() is string line)
        {
            lines.Add(line);
        }

        return lines;
    }

    private static void AddAlone(SourceReading reading, long tokenBudget)
    {
        if (reading.Requests.Count == 0)
        {
            return;
        }

        IReadOnlyList<StepObservation> steps = AloneRequests.StepsOf(reading.Requests, tokenBudget, out int alone);
        foreach (StepObservation step in steps)
        {
            reading.Add(step);
        }

        reading.RequestsAlone = alone;
        reading.Note($"{alone} of {reading.Requests.Count} requests had the engine to themselves, so that steps can be read from them.");
    }

    private static void CheckPhysics(CalibrationTarget target, SourceReading reading)
    {
        if (target.Limits is not PhysicalLimits limits)
        {
            reading.Note("Steps were not held against the hardware: that needs --model and --gpu.");
            return;
        }

        foreach (IGrouping<string, StepObservation> file in reading.Steps.GroupBy(step => step.File).ToArray())
        {
            var impossible = new ImpossibleRows(file.Key, target, reading);
            foreach (StepObservation step in file)
            {
                impossible.Reject(step.Line, limits.WhyImpossible(step));
            }

            impossible.Close();
            if (impossible.Impossible > 0 && !target.KeepImpossible)
            {
                reading.KeepOnly(step => step.File != file.Key || limits.WhyImpossible(step) is null);
            }
        }
    }
}
