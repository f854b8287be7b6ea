using System.Globalization;
using Plimsoll.LoadGen.Runs;

namespace Plimsoll.LoadGen.Reports;

/// <summary>
/// The requests of a run as a table that is also a trace: its first columns are those of Plimsoll's own format, with lengths as the server
/// counted them (where it did) and intended starts as arrivals. Times are seconds from the start of the run or from the intended start;
/// empty where there are none.
/// </summary>
public static class RequestCsv
{
    private static readonly string[] Outcomes = ["in_flight", "completed", "rejected", "failed", "cancelled"];

    /// <summary>Writes the table.</summary>
    public static void Write(IReadOnlyList<RequestRecord> records, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(output);
        output.Write("arrival_seconds,prompt_tokens,output_tokens,request_id,ttft_seconds,e2e_seconds,tpot_seconds,sent_seconds,outcome,"
            + "schedule_lag_seconds,content_events,cached_tokens,status,reason\n");
        foreach (RequestRecord record in records.OrderBy(record => record.Intended).ThenBy(record => record.Id))
        {
            Write(record, output);
        }
    }

    private static void Write(RequestRecord record, TextWriter output)
    {
        bool completed = record.Outcome == LoadOutcome.Completed;
        int outputTokens = completed ? record.OutputLength : record.OutputTokens;
        string[] fields =
        [
            Seconds(record.Intended),
            Text(record.PromptLength),
            Text(outputTokens),
            record.Id.ToString(CultureInfo.InvariantCulture),
            completed && record.FirstContent >= 0 ? Seconds(record.Ttft) : "",
            completed ? Seconds(record.E2e) : "",
            record.HasTpot ? Seconds(record.Tpot) : "",
            record.Sent >= 0 ? Seconds(record.Sent) : "",
            Outcomes[(int)record.Outcome],
            record.Started >= 0 ? Seconds(record.ScheduleLag) : "",
            Text(record.ContentEvents),
            record.CachedTokens >= 0 ? Text(record.CachedTokens) : "",
            record.Status > 0 ? Text(record.Status) : "",
            record.Reason is { } reason ? "\"" + reason.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : "",
        ];
        output.Write(string.Join(',', fields));
        output.Write('\n');
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(long nanoseconds) => (nanoseconds / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture);
}
