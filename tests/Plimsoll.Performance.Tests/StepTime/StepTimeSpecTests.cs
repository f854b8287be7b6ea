using System.Text;
using Plimsoll.Performance.StepTime;

namespace Plimsoll.Performance.Tests.StepTime;

public sealed class StepTimeSpecTests
{
    private static readonly BatchShape Mixed = new(100, 1, 10_000, 10, 5_000);

    private static ReadResult<IStepTimeModel> Parse(string spec) =>
        StepTimeSpec.Parse(spec, file => throw new FileNotFoundException($"no {file} here"));

    [Fact]
    public void Constants_and_affine_models_are_read()
    {
        Assert.Equal(37_200_000_000, Parse("const:0.0372").Value!.StepPicoseconds(Mixed));
        Assert.Equal(
            new AffineStepTime(0.01, 3e-5, 2e-5, 8e-8).StepPicoseconds(Mixed),
            Parse("affine:0.01:3e-5:2e-5:8e-8").Value!.StepPicoseconds(Mixed));
        Assert.Equal(
            new AffineStepTime(0.01, 3e-5, 2e-5, 8e-8, 3e-8).StepPicoseconds(Mixed),
            Parse("affine:0.01:3e-5:2e-5:8e-8:3e-8").Value!.StepPicoseconds(Mixed));
    }

    [Fact]
    public void A_profile_is_opened_by_name_even_with_colons()
    {
        string? opened = null;
        ReadResult<IStepTimeModel> read = StepTimeSpec.Parse(
            "profile:c:/grid.csv",
            file =>
            {
                opened = file;
                return new MemoryStream(Encoding.UTF8.GetBytes(
                    "prefill_tokens,decode_sequences,decode_context_tokens,step_seconds\n"
                    + "0,1,10,0.01\n0,1,20,0.02\n8,0,0,0.01\n16,0,0,0.02\n"));
            });
        Assert.Equal("c:/grid.csv", opened);
        Assert.Equal(15_000_000_000, read.Value!.StepPicoseconds(new BatchShape(0, 0, 0, 1, 15)));
    }

    [Theory]
    [InlineData("cosnt:1", "cosnt:1: 'cosnt' is no kind of step time; did you mean const?")]
    [InlineData("const", "const: SECONDS: must be a number of seconds from 0 to 1000, not ''")]
    [InlineData("const:0", "const:0: SECONDS: must be above 0")]
    [InlineData("const:NaN", "not 'NaN'")]
    [InlineData("const:1,5", "not '1,5'")]
    [InlineData("affine:1:2:3", "affine takes four or five numbers")]
    [InlineData("affine:0:0:0:0", "at least one of the first four")]
    [InlineData("affine:0.01:x:1e-5:1e-7", "PER_PREFILL_TOKEN: must be a number of seconds from 0 to 1, not 'x'")]
    [InlineData("affine:0.01:0:0:1", "PER_CONTEXT_TOKEN: must be a number of seconds from 0 to 0.001, not '1'")]
    [InlineData("profile:", "profile needs a file name")]
    [InlineData("profile:x.csv", "x.csv: cannot be read: no x.csv here")]
    public void Mistakes_are_explained(string spec, string message)
    {
        ReadResult<IStepTimeModel> read = Parse(spec);
        Assert.Null(read.Value);
        Assert.Contains(message, Assert.Single(read.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_found_at_once() => Assert.Equal(3, Parse("affine:-1:x:0:y").Problems.Count);
}
