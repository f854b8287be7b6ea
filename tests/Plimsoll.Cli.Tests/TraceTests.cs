using System.Diagnostics;
using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary>Traces: looked at, converted, cut and made up.</summary>
public sealed class TraceTests
{
    private const string Small = Scratch.Header + "0,10,20\n1.5,30,40\n1.5,50,60\n3.25,70,80\n60,90,100\n";

    private const string VidurHeader = "arrived_at,num_prefill_tokens,num_decode_tokens\n";

    private static readonly string[] SessionOptions =
    [
        "--sessions", "40", "--turns", "geometric:4", "--user-tokens", "uniform:20:80", "--output", "geometric:50", "--turn-gap", "2s",
        "--arrivals", "poisson:1", "--system-tokens", "320", "--system-prompts", "3", "--system-skew", "1", "--block-tokens", "32",
    ];

    [Fact]
    public void Info_says_what_the_requests_look_like()
    {
        using var scratch = new Scratch();
        scratch.Write("small.csv", Small);
        JsonElement info = scratch.Run("trace", "info", "small.csv", "--json").Succeeded().Json;
        Assert.Equal("small.csv", info.GetProperty("name").GetString());
        Assert.Equal("plimsoll", info.GetProperty("format").GetString());
        Assert.Equal(5, info.GetProperty("requests").GetInt64());
        Assert.Equal(60, info.GetProperty("span_s").GetDouble());
        Assert.Equal(50, info.GetProperty("in_mean").GetDouble());
        Assert.Equal(82, info.GetProperty("in_p90").GetDouble(), 1e-9);
        Assert.Equal(100, info.GetProperty("out_max").GetDouble());
        Assert.Equal(1, info.GetProperty("corr_in_out").GetDouble(), 1e-12);
        JsonElement histogram = info.GetProperty("histograms").GetProperty("prompt_tokens");
        Assert.Equal(histogram.GetProperty("edges").GetArrayLength() - 1, histogram.GetProperty("counts").GetArrayLength());
        Assert.Equal(5, histogram.GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64()));
        JsonElement rate = info.GetProperty("rate");
        Assert.Equal(1, rate.GetProperty("bin_seconds").GetDouble());
        Assert.Equal(5, rate.GetProperty("counts").EnumerateArray().Sum(count => count.GetInt64()));
    }

    [Fact]
    public void Info_of_several_traces_is_one_document_and_one_report_each()
    {
        using var scratch = new Scratch();
        scratch.Write("a.csv", Small);
        scratch.Write("lengths.csv", "num_prefill_tokens,num_decode_tokens\n5,6\n7,8\n");
        CliResult result = scratch.Run("trace", "info", "a.csv", "lengths.csv", "--json", "--out", "report").Succeeded();
        JsonElement[] traces = [.. result.Json.GetProperty("traces").EnumerateArray()];
        Assert.Equal(["plimsoll", "vidur"], traces.Select(trace => trace.GetProperty("format").GetString()!));
        Assert.Equal([false, true], traces.Select(trace => trace.GetProperty("lengths_only").GetBoolean()));
        Assert.Equal(result.Output, scratch.Read("report/report.json"));
        Assert.Contains("<svg", scratch.Read("report/report-1.html"), StringComparison.Ordinal);
        Assert.Contains("lengths.csv", scratch.Read("report/report-2.html"), StringComparison.Ordinal);
        string text = scratch.Run("trace", "info", "a.csv", "lengths.csv").Succeeded().Output;
        Assert.Contains("a.csv (plimsoll)", text, StringComparison.Ordinal);
        Assert.Contains("none recorded: lengths only", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_and_conversion_of_a_ServeGen_folder()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["model"]);
        scratch.Write("model/chunk-0-trace.csv", "0,2,1,Gamma,1,1\n600,4,1,Gamma,1,1\n");
        scratch.Write("model/chunk-0-dataset.json", "{\"0\": {\"input_tokens\": \"{10: 0.5, 30: 0.5}\", \"output_tokens\": \"{5: 1.0}\"}}");
        JsonElement info = scratch.Run("trace", "info", "model", "--json").Succeeded().Json;
        Assert.Equal("servegen", info.GetProperty("format").GetString());
        Assert.Equal(1, info.GetProperty("clients").GetInt64());
        Assert.Equal(3600, info.GetProperty("requests_est").GetInt64());
        Assert.Equal(20, info.GetProperty("input").GetProperty("mean").GetDouble(), 1e-9);
        string[] window = ["--window-start", "600s", "--window-length", "100s", "--rate-scale", "0.5"];
        string[] convert = ["trace", "convert", "model", "drawn.csv.gz", "--seed", "3", .. window];
        JsonElement written = scratch.Run([.. convert, "--json"]).Succeeded().Json;
        Assert.InRange(written.GetProperty("requests").GetInt64(), 140, 260);
        byte[] first = File.ReadAllBytes(scratch["drawn.csv.gz"]);
        scratch.Run(convert).Succeeded();
        Assert.Equal(first, File.ReadAllBytes(scratch["drawn.csv.gz"]));
    }

    [Theory]
    [InlineData("out.azure.csv", "azure")]
    [InlineData("burstgpt-small.csv", "burstgpt")]
    [InlineData("out.jsonl", "mooncake")]
    [InlineData("vidur.csv.gz", "vidur")]
    [InlineData("out_splitwise.csv", "splitwise")]
    [InlineData("out.csv", "plimsoll")]
    public void Conversion_keeps_times_and_lengths_and_takes_the_format_from_the_name(string name, string format)
    {
        using var scratch = new Scratch();
        scratch.Write("small.csv", Small);
        JsonElement written = scratch.Run("trace", "convert", "small.csv", name, "--json").Succeeded().Json;
        Assert.Equal(format, written.GetProperty("format").GetString());
        Assert.Equal(0, written.GetProperty("losses").GetArrayLength());
        CliResult back = scratch.Run("trace", "convert", name, "-", "--to", "vidur").Succeeded();
        Assert.Equal(VidurHeader + "0,10,20\n1.5,30,40\n1.5,50,60\n3.25,70,80\n60,90,100\n", back.Output);
        Assert.Equal(new[] { name, "small.csv" }.Order(StringComparer.Ordinal), scratch.Names);
    }

    [Fact]
    public void Conversion_says_what_is_lost_and_gives_times_to_lengths()
    {
        using var scratch = new Scratch();
        const string Rich = "arrival_seconds,prompt_tokens,output_tokens,session_id,model\n0,10,20,s,m\n";
        CliResult lossy = scratch.RunWith(Rich, "trace", "convert", "-", "out.vidur.csv").Succeeded();
        Assert.Contains("note: vidur does not hold sessions", lossy.Error, StringComparison.Ordinal);
        Assert.Contains("note: vidur does not hold models", lossy.Error, StringComparison.Ordinal);
        scratch.Write("lengths.csv", "num_prefill_tokens,num_decode_tokens\n5,6\n7,8\n");
        CliResult timed = scratch.Run("trace", "convert", "lengths.csv", "-", "--to", "vidur", "--arrivals", "constant:4").Succeeded();
        Assert.Equal(VidurHeader + "0,5,6\n0.25,7,8\n", timed.Output);
        CliResult untimed = scratch.Run("trace", "convert", "lengths.csv", "-").Succeeded();
        Assert.Contains("the trace has no arrival times", untimed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,30,40|0,50,60|1.75,70,80", "--from", "1500ms", "--until", "1m")]
    [InlineData("0.25,70,80|57,90,100", "--from", "3")]
    [InlineData("0,10,20|1.5,30,40", "--first", "2")]
    [InlineData("0,50,60|1.75,70,80", "--skip", "2", "--first", "2")]
    [InlineData("0,90,100", "--skip", "4")]
    public void Slices_count_from_their_own_beginning(string rows, params string[] piece)
    {
        using var scratch = new Scratch();
        scratch.RunWith(Small, ["trace", "slice", "-", "piece.csv", "--to", "vidur", .. piece]).Succeeded();
        string[] kept = [.. File.ReadLines(scratch["piece.csv"]).Skip(1)];
        Assert.Equal(rows.Split('|'), kept);
    }

    [Fact]
    public void A_slice_keeps_its_format_and_does_not_read_what_lies_behind_it()
    {
        using var scratch = new Scratch();
        scratch.Write("long.csv", VidurHeader + "0,1,1\n1,2,2\n2,3,3\nrubbish\n");
        scratch.Run("trace", "slice", "long.csv", "head.csv", "--first", "2").Succeeded();
        Assert.Equal(VidurHeader + "0,1,1\n1,2,2\n", scratch.Read("head.csv"));
        scratch.Run("trace", "slice", "long.csv", "time.csv", "--until", "1.5s").Succeeded();
        Assert.Equal(scratch.Read("head.csv"), scratch.Read("time.csv"));
        scratch.Run("trace", "slice", "long.csv", "all.csv", "--from", "1s").Refused("long.csv:5: ");
    }

    [Fact]
    public void The_same_seed_generates_the_same_bytes()
    {
        using var scratch = new Scratch();
        string[] options = ["--prompt", "lognormal:60:100", "--output", "geometric:20", "--arrivals", "gamma:5:2", "--requests", "200"];
        string Generate(string seed) => scratch.Run(["trace", "generate", "-", .. options, "--seed", seed]).Succeeded().Output;
        string first = Generate("7");
        Assert.Equal(201, first.Count(c => c == '\n'));
        Assert.Equal(first, Generate("7"));
        Assert.NotEqual(first, Generate("8"));
    }

    [Fact]
    public void Generated_sessions_share_prefixes_and_survive_conversion()
    {
        using var scratch = new Scratch();
        scratch.Run(["trace", "generate", "sessions.csv.gz", .. SessionOptions]).Succeeded();
        JsonElement info = scratch.Run("trace", "info", "sessions.csv.gz", "--json").Succeeded().Json;
        Assert.Equal(40, info.GetProperty("sessions").GetInt64());
        Assert.True(info.GetProperty("requests").GetInt64() > 80);
        Assert.InRange(info.GetProperty("block_reuse_prefix").GetDouble(), 0.5, 1);

        // Only the first session of each of the three system prompts begins with something new.
        double misses = info.GetProperty("requests").GetInt64() * (1 - info.GetProperty("requests_with_prefix_hit").GetDouble());
        Assert.Equal(3, misses, 1e-6);
        CliResult lossy = scratch.Run("trace", "convert", "sessions.csv.gz", "sessions.jsonl").Succeeded();
        Assert.Contains("mooncake does not hold sessions", lossy.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ctrl_C_leaves_no_half_a_trace()
    {
        using var scratch = new Scratch();
        using Process process = Cli.Start(
            scratch.Folder, "trace", "generate", "big.csv", "--prompt", "const:1", "--output", "const:1", "--arrivals",
            "backlog", "--requests", "1000000000000");
        CliResult result = Cli.Interrupt(process, scratch["big.csv.part"]);
        Assert.True(result.ExitCode == 130, $"exit code {result.ExitCode}: {result.Error}");
        Assert.Contains("interrupted: nothing was written", result.Error, StringComparison.Ordinal);
        Assert.Empty(scratch.Names);
    }

    [Fact]
    public void Formats_are_listed_as_they_can_be_used()
    {
        JsonElement[] formats = [.. Cli.Run("trace", "formats", "--json").Succeeded().Json.GetProperty("formats").EnumerateArray()];
        Assert.Equal("plimsoll", formats[0].GetProperty("name").GetString());
        Assert.Equal(13, formats.Length);
        Assert.Equal(6, formats.Count(format => format.GetProperty("writes").GetBoolean()));
        string table = Cli.Run("trace", "formats").Succeeded().Output;
        Assert.All(formats, format => Assert.Contains(format.GetProperty("name").GetString()!, table, StringComparison.Ordinal));
    }
}
