using System.Text;
using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>Wrong input of every kind: exit code 2, every problem with its place, nothing half-written.</summary>
public sealed class BadInputTests
{
    private const string BadRows =
        Scratch.Header + """
        0,10,10
        1,-5,10
        0.5,3,4
        0.25,3,4
        2,99999999999999999999,1
        3,NaN,1
        NaN,3,1
        4,1.5,1
        5,1
        1e400,1,1
        1e300,1,1
        9,8,0
        10,5,5

        """;

    private static readonly string[] ProblemsOfBadRows =
    [
        "rows.csv:3: prompt_tokens: '-5' is below 1",
        "rows.csv:5: time goes backwards: 0.25 s after 0.5 s",
        "rows.csv:6: prompt_tokens: '99999999999999999999' is above 1000000000",
        "rows.csv:7: prompt_tokens: 'NaN' is not a whole number",
        "rows.csv:8: arrival_seconds: 'NaN' is not a number",
        "rows.csv:9: prompt_tokens: '1.5' is not a whole number",
        "rows.csv:10: output_tokens: is missing",
        "rows.csv:11: arrival_seconds: '1e400' is not a number",
        "rows.csv:12: arrival_seconds: '1e300' is beyond 292 years",
        "rows.csv:13: output_tokens: '0' is below 1",
    ];

    [Fact]
    public void Every_problem_of_every_trace_is_listed_with_its_place()
    {
        using var scratch = new Scratch();
        string rows = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},10,{1 + (i * 7919 % 997)}\n"));
        byte[] packed = Scratch.Packed(Scratch.Header + rows);
        byte[] junk = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7919 >> 3))];
        scratch.Write("empty.csv", "");
        scratch.Write("blank.csv", "\n\n  \n");
        scratch.Write("junk.bin", junk);
        scratch.Write("rows.csv", BadRows);
        scratch.Write("column.csv", "arrival_seconds,prompt_tokens\n0,1\n");
        scratch.Write("header.csv", Scratch.Header);
        scratch.Write("cut.csv.gz", packed[..(packed.Length / 2)]);
        scratch.Write("lines.jsonl", """
            {"timestamp": 0, "input_length": -1, "output_length": 5}
            {"timestamp": 1, "input_length"
            []

            """);
        Directory.CreateDirectory(scratch["folder"]);
        string[] traces =
        [
            "missing.csv", "empty.csv", "blank.csv", "junk.bin", "rows.csv", "column.csv", "header.csv", "cut.csv.gz",
            "lines.jsonl", "folder",
        ];
        CliResult result = scratch.Run(["trace", "info", .. traces, "--json", "--out", "report"]).Refused(ProblemsOfBadRows);
        result.Refused(
            "missing.csv: there is no such file or folder",
            "empty.csv: the file is empty",
            "blank.csv: the file is empty",
            "junk.bin: this is binary data",
            "column.csv: no known trace format",
            "header.csv:1: there are no requests",
            "the gzip data is damaged or cut short",
            "lines.jsonl:1: input_length: '-1' is below 1",
            "lines.jsonl:2: the line is not valid JSON",
            "lines.jsonl:3: the line is not a JSON object",
            "folder: this is not a ServeGen folder");
        Assert.Equal(21, result.Errors.Length);
        Assert.False(Directory.Exists(scratch["report"]));
    }

    [Theory]
    [InlineData("trace", "convert", "rows.csv", "out.csv")]
    [InlineData("trace", "convert", "rows.csv", "out.jsonl.gz")]
    [InlineData("trace", "convert", "rows.csv", "-")]
    [InlineData("trace", "slice", "rows.csv", "out.csv", "--skip", "1")]
    [InlineData("simulate", "--trace", "rows.csv", "--json", "--out", "report", "--step-time", "const:0.01")]
    public void Nothing_is_written_for_a_wrong_trace(params string[] arguments)
    {
        using var scratch = new Scratch();
        scratch.Write("rows.csv", BadRows);
        CliResult result = scratch.Run(arguments).Refused(ProblemsOfBadRows);
        Assert.Equal(ProblemsOfBadRows.Length, result.Errors.Length);
        Assert.Equal(["rows.csv"], scratch.Names);
    }

    [Fact]
    public void Bad_rows_are_skipped_and_counted_when_asked_for()
    {
        using var scratch = new Scratch();
        scratch.Write("rows.csv", BadRows);
        JsonElement info = scratch.Run("trace", "info", "rows.csv", "--skip-bad-rows", "--json").Succeeded().Json;
        Assert.Equal(3, info.GetProperty("requests").GetInt64());
        Assert.Equal(10, info.GetProperty("bad_rows").GetInt64());
        CliResult converted = scratch.Run("trace", "convert", "rows.csv", "out.vidur.csv", "--skip-bad-rows").Succeeded();
        Assert.Contains("10 rows are wrong; they were skipped", converted.Error, StringComparison.Ordinal);
        Assert.Equal("arrived_at,num_prefill_tokens,num_decode_tokens\n0,10,10\n0.5,3,4\n10,5,5\n", scratch.Read("out.vidur.csv"));
    }

    [Fact]
    public void After_a_hundred_problems_the_rest_is_counted()
    {
        using var scratch = new Scratch();
        scratch.Write("many.csv", Scratch.Header + string.Concat(Enumerable.Range(0, 1234).Select(i => $"{i},0,1\n")));
        CliResult result = scratch.Run("trace", "info", "many.csv").Refused("many.csv:101: prompt_tokens", "and 1,134 more problems");
        Assert.Equal(101, result.Errors.Length);
    }

    [Fact]
    public void A_line_of_100_MB_costs_no_memory_and_is_one_bad_row()
    {
        string[] simulate = ["simulate", "--trace", "-", "--step-time", "const:0.01", "--json"];
        Cli.Run(null, WriteLongLine, simulate).Refused("standard input:3: the line is longer than");
        JsonElement report = Cli.Run(null, WriteLongLine, [.. simulate, "--skip-bad-rows"]).Succeeded().Json;
        Assert.Equal(2, report.GetProperty("requests").GetProperty("completed").GetInt64());
        Assert.InRange(report.GetProperty("wall").GetProperty("peak_memory_bytes").GetInt64(), 1, 400L << 20);
    }

    [Fact]
    public void A_file_that_is_one_line_of_100_MB_is_refused() =>
        Cli.Run(null, stream => WriteJunk(stream, 100), "trace", "info", "-").Refused("standard input: no known trace format");

    [Fact]
    public void Every_wrong_option_is_listed()
    {
        CliResult result = Cli.Run(
            "simulate", "--prompt", "const:-5", "--output", "lognormal:NaN:5", "--arrivals", "poisson:-1", "--requests", "1e9",
            "--replicas", "99999999999999999999", "--seed", "-1", "--tp", "0", "--memory-utilization", "NaN", "--kv-tokens", "-4",
            "--slo", "ttft=x", "--routing", "least", "--chunk", "0", "--gpu", "h10", "--kv-dtype", "x", "--step-time", "const:-1",
            "--stop-at", "NaN", "--json");
        string[] options =
        [
            "--prompt", "--output", "--arrivals", "--requests", "--replicas", "--seed", "--tp", "--memory-utilization", "--kv-tokens",
            "--slo", "--routing", "--chunk", "--gpu", "--kv-dtype", "--step-time", "--stop-at",
        ];
        result.Refused([.. options.Select(option => $"error: {option}: ")]);
        Assert.Equal(options.Length, result.Errors.Length);
    }

    [Fact]
    public void A_missing_catalogue_hides_no_other_problem() => Cli.Run(
        "simulate", "--prompt", "const:5", "--output", "const:5", "--arrivals", "backlog", "--requests", "5", "--catalog", "missing.json",
        "--tp", "0")
        .Refused("--catalog: there is no file 'missing.json'", "--tp: '0' is not");

    [Theory]
    [InlineData("--prompt: a trace brings its own lengths", "simulate", "--trace", "a.csv", "--prompt", "const:5")]
    [InlineData("--window-start: this is for ServeGen folders", "simulate", "--trace", "a.csv", "--window-start", "5s")]
    [InlineData("--request-table: needs --out", "simulate", "--trace", "a.csv", "--request-table")]
    [InlineData("--out: 'a.csv' is a file", "simulate", "--trace", "a.csv", "--out", "a.csv")]
    [InlineData("--out: 'a.csv' is a file", "trace", "info", "a.csv", "--out", "a.csv")]
    [InlineData("not by both", "trace", "slice", "a.csv", "b.csv", "--from", "1s", "--first", "3")]
    [InlineData("say which piece", "trace", "slice", "a.csv", "b.csv")]
    [InlineData("--until: must be later", "trace", "slice", "a.csv", "b.csv", "--from", "5s", "--until", "2s")]
    [InlineData("no request of the trace lies in that piece", "trace", "slice", "a.csv", "b.csv", "--from", "5h")]
    [InlineData("a.csv: this would overwrite", "trace", "convert", "a.csv", "a.csv")]
    [InlineData("this would overwrite", "trace", "convert", "c.csv.part", "c.csv")]
    [InlineData("no/b.csv: there is no folder", "trace", "convert", "a.csv", "no/b.csv")]
    [InlineData("this is a folder", "trace", "convert", "a.csv", ".")]
    [InlineData("'apex' is not a format that can be written; writable are plimsoll", "trace", "convert", "a.csv", "b.csv", "--to", "apex")]
    [InlineData("--rate-scale: this is for ServeGen folders", "trace", "convert", "a.csv", "b.csv", "--rate-scale", "2")]
    [InlineData("--arrivals: 'closed:3' has no times", "trace", "convert", "a.csv", "b.csv", "--arrivals", "closed:3")]
    [InlineData("--json: standard output already takes the trace", "trace", "convert", "a.csv", "-", "--json")]
    [InlineData("--arrivals: the trace has no times", "trace", "convert", "lengths.csv", "b.csv", "--arrivals", "recorded*2")]
    [InlineData("--turns: this is for sessions", "trace", "generate", "b.csv", "--arrivals", "backlog", "--turns", "const:2")]
    [InlineData("--requests: leave this out", "trace", "generate", "b.csv", "--sessions", "1", "--requests", "1")]
    [InlineData("--arrivals: say when they arrive", "trace", "generate", "b.csv", "--sessions", "1")]
    [InlineData("did you mean least-kv", "catalog", "policies", "least-kw")]
    [InlineData("did you mean llama-3.1-8b", "catalog", "models", "lama-3.1-8b")]
    [InlineData("did you mean h100", "catalog", "gpus", "h10")]
    [InlineData("--catalog: there is no file", "catalog", "gpus", "--catalog", "missing.json")]
    public void Contradictions_and_names_that_nobody_has_are_refused(string sentence, params string[] arguments)
    {
        using var scratch = new Scratch();
        scratch.Write("a.csv", Scratch.Header + "0,10,10\n1,10,10\n");
        scratch.Write("c.csv.part", Scratch.Header + "0,10,10\n1,10,10\n");
        scratch.Write("lengths.csv", "num_prefill_tokens,num_decode_tokens\n5,5\n");
        scratch.Run(arguments).Refused(sentence);
        Assert.Equal(["a.csv", "c.csv.part", "lengths.csv"], scratch.Names);
    }

    private static void WriteLongLine(Stream stream)
    {
        stream.Write(Encoding.UTF8.GetBytes(Scratch.Header + "0,10,10\n"));
        WriteJunk(stream, 100);
        stream.Write("\n1,10,10\n"u8);
    }

    private static void WriteJunk(Stream stream, int megabytes)
    {
        byte[] block = new byte[1 << 20];
        block.AsSpan().Fill((byte)'7');
        for (int i = 0; i < megabytes; i++)
        {
            stream.Write(block);
        }
    }
}
