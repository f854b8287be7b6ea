using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Performance.Tests.StepTime;

public sealed class TableTests
{
    private const string Small = """
        # made up
        prefill_tokens,decode_sequences,decode_context_tokens,step_seconds
        0,1,100,0.010
        0,1,1000,0.011
        0,4,400,0.012
        0,4,4000,0.0156
        128,0,0,0.012
        1024,0,0,0.040
        """;

    private static MemoryStream Text(string csv) => new MemoryStream(Encoding.UTF8.GetBytes(csv));

    private static ReadResult<TableStepTime> Read(string csv, PhysicalFloor? floor = null)
    {
        List<InputProblem> problems = [];
        IReadOnlyList<ProfileRow> rows = ProfileReader.Read(Text(csv), "p.csv", problems);
        return problems.Count > 0 ? new(null, problems, []) : TableFit.Build(rows, "p.csv", floor);
    }

    private static double DecodeSeconds(IStepTimeModel model, int sequences, long context) =>
        LineContract.Decode(model, sequences, context) * 1e-12;

    [Theory]
    [InlineData(1, 100, 0.010)]
    [InlineData(1, 1_000, 0.011)]
    [InlineData(1, 550, 0.0105)]
    [InlineData(4, 4_000, 0.0156)]
    [InlineData(1, 1_900, 0.012)] // beyond the contexts
    [InlineData(4, 100, 0.0117)] // below them
    [InlineData(2, 400, 0.0108888888)] // between the rows: 2/3 of 0.0103333 and 1/3 of 0.012
    [InlineData(7, 1_000, 0.0142)] // beyond the rows: 0.0126 and as much again as from row 1 to row 4 at a context both have
    public void Decodes_are_interpolated_in_context_and_sequences(int sequences, long context, double seconds) =>
        Assert.Equal(seconds, DecodeSeconds(Read(Small).Value!, sequences, context), 1e-8);

    [Theory]
    [InlineData(128, 0.012)]
    [InlineData(576, 0.026)]
    [InlineData(1_920, 0.068)]
    [InlineData(1, 0.00989)] // as one decode with its own token of context
    [InlineData(66, 0.011802)] // half-way from four decodes to the smallest prompt
    public void Prefills_are_interpolated_in_tokens(long tokens, double seconds) => Assert.Equal(
        seconds, Read(Small).Value!.StepPicoseconds(new BatchShape(tokens, 1, tokens * tokens, 0, 0)) * 1e-12, 1e-8);

    [Fact]
    public void A_mixed_step_is_a_decode_step_and_what_the_prefill_adds()
    {
        TableStepTime table = Read(Small).Value!;
        // 576 prefill tokens and 4 decodes: G(580) - G(4) = 0.026125 - 0.011604.
        Assert.Equal(0.012 + 0.014521, table.StepPicoseconds(new BatchShape(576, 1, 0, 4, 400)) * 1e-12, 1e-8);
    }

    /// <summary>Rows made from a known law give its coefficients back.</summary>
    [Fact]
    public void Pairs_and_mixing_are_fitted()
    {
        var csv = new StringBuilder(
            "prefill_tokens,prefill_history_tokens,prefill_sequences,decode_sequences,decode_context_tokens,step_seconds\n");
        foreach ((int tokens, int history, int prompts, int decodes, int context) in (ReadOnlySpan<(int, int, int, int, int)>)
            [(0, 0, 0, 1, 100), (0, 0, 0, 1, 9_000), (0, 0, 0, 8, 800), (0, 0, 0, 8, 72_000),
             (256, 0, 1, 0, 0), (512, 0, 1, 0, 0), (1_024, 0, 1, 0, 0), (512, 4_096, 1, 0, 0), (1_024, 0, 2, 0, 0), (512, 0, 1, 8, 40_000)])
        {
            double seconds = Law(tokens, history, prompts, decodes, context);
            csv.Append(CultureInfo.InvariantCulture, $"{tokens},{history},{prompts},{decodes},{context},{seconds:R}\n");
        }

        TableStepTime table = Read(csv.ToString()).Value!;
        foreach ((int tokens, int history, int prompts, int decodes, int context) in (ReadOnlySpan<(int, int, int, int, int)>)
            [(512, 4_096, 1, 0, 0), (1_024, 0, 2, 0, 0), (768, 2_000, 1, 0, 0), (512, 0, 1, 8, 40_000), (300, 1_000, 1, 8, 20_000)])
        {
            long pairs = tokens * ((2L * history) + (tokens / prompts));
            double expected = Law(tokens, history, prompts, decodes, context);
            var shape = new BatchShape(tokens, prompts, pairs, decodes, context);
            Assert.Equal(expected, table.StepPicoseconds(shape) * 1e-12, expected * 0.002);
        }

        static double Law(int tokens, int history, int prompts, int decodes, int context)
        {
            double pairs = prompts == 0 ? 0 : tokens * ((2.0 * history) + ((double)tokens / prompts));
            double mixed = prompts > 0 && decodes > 0 ? 30e-9 * context : 0;
            return 0.01 + (30e-6 * (tokens + decodes)) + (80e-9 * context) + (0.5e-9 * pairs) + mixed;
        }
    }

    [Theory]
    [InlineData("prefill_tokens,decode_sequences,decode_context,step_seconds\n0,1,1,1", "p.csv:1: decode_context_tokens: the header has no such column; did you mean decode_context?")]
    [InlineData("", "p.csv:1: the profile is empty: a header line is needed")]
    [InlineData("prefill_tokens,decode_sequences,decode_context_tokens,step_seconds\n0,1,x,0.01\n0,1,5", "p.csv:2: decode_context_tokens: must be a whole number from 0 to 1000000000, not 'x'|p.csv:3: 3 cells where the header has 4")]
    [InlineData("prefill_tokens,decode_sequences,decode_context_tokens,step_seconds\n0,0,0,0.01", "p.csv:2: prefill_tokens: the step is empty: it has neither prefill tokens nor decodes")]
    [InlineData("prefill_tokens,decode_sequences,decode_context_tokens,step_seconds\n0,4,3,0.01", "p.csv:2: decode_context_tokens: must hold at least the token that each decode computes")]
    [InlineData("prefill_tokens,decode_sequences,decode_context_tokens,step_seconds\n0,4,9,-1", "p.csv:2: step_seconds: must be a time from a microsecond to 100 s, not '-1'")]
    [InlineData("prefill_tokens,decode_sequences,decode_context_tokens,step_seconds\n0,4,9,0.01\n9,0,0,0.01", "p.csv:2: decode_context_tokens: 4 sequences need two contexts at least|p.csv: prefill_tokens: needs rows with one whole prompt and no decodes, of two sizes at least")]
    public void Bad_profiles_are_refused_with_every_reason(string csv, string messages)
    {
        ReadResult<TableStepTime> read = Read(csv);
        Assert.Null(read.Value);
        Assert.Equal(messages.Split('|'), read.Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void A_profile_faster_than_the_memory_is_refused()
    {
        // 16 GB of weights at 1 TB/s take 16 ms.
        ReadResult<TableStepTime> read = Read(Small, new PhysicalFloor(1e12, 16_000_000_000, 100));
        Assert.Equal([3, 4, 5, 6], read.Problems.Select(problem => problem.Line));
        Assert.Contains("faster than", read.Problems[0].Message, StringComparison.Ordinal);
        Assert.NotNull(Read(Small, new PhysicalFloor(2e12, 16_000_000_000, 100)).Value);
    }

    /// <summary>Curves that fall, jump and repeat still keep the contract.</summary>
    [Fact]
    public void Any_table_lies_on_its_lines() => Prop.ForAll(
        Gen.Choose(1, 1_000_000).ListOf(24).ToArbitrary(),
        Gen.Choose(1, 200).ToArbitrary(),
        Gen.Choose(0, 300_000).ToArbitrary(),
        (times, sequences, extra) =>
        {
            var csv = new StringBuilder("prefill_tokens,decode_sequences,decode_context_tokens,step_seconds\n");
            for (int i = 0; i < 20; i++)
            {
                int decodes = (int[])[2, 5, 40, 128] is var rows ? rows[i / 5] : 0;
                csv.Append(CultureInfo.InvariantCulture, $"0,{decodes},{decodes + ((i % 5) * (i % 5) * 700 * decodes)},{times[i]}e-6\n");
            }

            csv.Append(CultureInfo.InvariantCulture, $"64,0,0,{times[20]}e-6\n512,0,0,{times[21]}e-6\n513,0,0,{times[22]}e-6\n");
            TableStepTime table = Read(csv.ToString()).Value!;
            var mixed = new BatchShape(extra + 1, 1, 0, sequences, sequences + extra);
            return LineContract.Holds(table, sequences, sequences + extra)
                && table.StepPicoseconds(new BatchShape(extra + 1, 1, 0, 0, 0)) >= 1
                && table.StepPicoseconds(mixed) >= LineContract.Decode(table, sequences, sequences + extra);
        }).QuickCheckThrowOnFailure();
}
