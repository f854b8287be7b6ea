using Plimsoll.Core;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Tests.LoadLine;

public sealed class MomentsTests
{
    [Fact]
    public void Mean_memory_of_the_published_workloads()
    {
        Assert.Equal(1_079_151.3, Setting.OneToOne.TokenSteps, 0.05);
        Assert.Equal(770_034.1, Setting.TwoToOne.TokenSteps, 0.05);
        Assert.Equal(1_339_675.4, Setting.OneToTwo.TokenSteps, 0.05);
    }

    [Theory]
    [InlineData("uniform:3:90", "uniform:1:40", 16)]
    [InlineData("const:70", "geometric:9", 16)]
    [InlineData("geometric:30", "const:5", 7)]
    [InlineData("lognormal:20:30:400", "normal:40:20:1:90", 32)]
    public void Moments_of_laws_are_sums_over_their_support(string prompt, string output, int chunk)
    {
        LengthDistribution s = Law(prompt);
        LengthDistribution o = Law(output);
        (double tokenSteps, double reserved, double steps) = (0, 0, 0);
        foreach ((int promptTokens, double p) in Support(s))
        {
            foreach ((int outputTokens, double q) in Support(o))
            {
                double chunks = Math.Ceiling((double)promptTokens / chunk);
                tokenSteps += p * q * RequestMemory.TokenSteps(promptTokens, outputTokens, chunk);
                reserved += p * q * (promptTokens + outputTokens) * (chunks + outputTokens);
                steps += p * q * chunks;
            }
        }

        RequestMoments moments = LawMoments.Of(s, o, chunk);

        Assert.Equal(tokenSteps, moments.TokenSteps, 1e-7 * tokenSteps);
        Assert.Equal(reserved, moments.ReservedTokenSteps, 1e-7 * reserved);
        Assert.Equal(steps, moments.Chunks, 1e-7 * steps);
        Assert.Equal(0, moments.ChunkError);
    }

    [Fact]
    public void What_is_integrated_is_within_the_error_that_is_stated()
    {
        // Beyond 65,536 lengths the sum is left; here it is taken anyway.
        LengthDistribution s = Law("uniform:1:200000");
        RequestMoments moments = LawMoments.Of(s, Law("const:5"), 512);
        double exact = Support(s).Sum(each => each.Probability * each.Tokens * Math.Ceiling(each.Tokens / 512.0));

        Assert.InRange(moments.ChunkError, 1e-9, 1e-3);
        Assert.InRange(moments.PromptChunks / exact, 1 - moments.ChunkError, 1 + moments.ChunkError);
    }

    [Fact]
    public void The_largest_request_of_an_unbounded_law_is_a_far_quantile()
    {
        RequestMoments moments = LawMoments.Of(Law("geometric:500"), Law("const:7"), 512);

        Assert.Equal(Law("geometric:500").Quantile(1 - 1e-6) + 7, moments.LongestTokens);
        Assert.Equal(8, moments.ShortestTokens);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Sums_over_a_trace_keep_the_correlation_of_prompt_and_output(ulong seed)
    {
        InferenceRequest[] requests = Correlated(seed);
        RequestMoments moments = Of(requests, 64);

        double mean = requests.Average(request => RequestMemory.TokenSteps(request.PromptTokens, request.OutputTokens, 64));
        double independent = LawMoments.Of(
            new EmpiricalLength(requests.Select(request => request.PromptTokens)),
            new EmpiricalLength(requests.Select(request => request.OutputTokens)),
            64).TokenSteps;
        Assert.True(Math.Abs(mean - moments.TokenSteps) < 1e-9 * mean, $"seed {seed}");
        Assert.True(moments.TokenSteps > independent, $"seed {seed}: {moments.TokenSteps} is not above {independent}");
    }

    [Fact]
    public void Longer_requests_are_scaled_moment_by_moment()
    {
        InferenceRequest[] requests = Correlated(5);
        RequestMoments doubled = Of([.. requests.Select(request => request with { PromptTokens = 2 * request.PromptTokens })], 64);

        RequestMoments scaled = Of(requests, 64).Scaled(2, 1);

        Assert.Equal(doubled.TokenSteps, scaled.TokenSteps, 1e-9 * doubled.TokenSteps);
        Assert.Equal(doubled.ComputedTokens, scaled.ComputedTokens, 1e-9);
    }

    private static InferenceRequest[] Correlated(ulong seed)
    {
        var dice = new RandomStream(seed);
        var requests = new InferenceRequest[200];
        for (int i = 0; i < requests.Length; i++)
        {
            int prompt = 1 + (int)dice.NextBelow(300);
            requests[i] = new InferenceRequest(new RequestId(i), Instant.Zero, prompt, 1 + (prompt / 3) + (int)dice.NextBelow(20));
        }

        return requests;
    }

    private static RequestMoments Of(InferenceRequest[] requests, double chunk)
    {
        var moments = new TraceMoments(chunk, prefixCaching: false);
        foreach (InferenceRequest request in requests)
        {
            moments.Add(request);
        }

        return moments.Build();
    }

    private static LengthDistribution Law(string text) =>
        LengthParser.TryParse(text, _ => throw new InvalidOperationException(), out LengthDistribution? law, out string problem)
            ? law
            : throw new ArgumentException(problem);

    private static IEnumerable<(int Tokens, double Probability)> Support(LengthDistribution law)
    {
        int longest = Math.Min(law.Maximum, law.Quantile(1 - 1e-15));
        for (int tokens = law.Minimum; tokens <= longest; tokens++)
        {
            yield return (tokens, law.CumulativeProbability(tokens) - law.CumulativeProbability(tokens - 1));
        }
    }
}
