using Plimsoll.Planning.LoadLine;

namespace Plimsoll.Planning.Tests.LoadLine;

/// <summary>Vectors of scheduling theory, sections 1.4 and 7.</summary>
public sealed class RequestMemoryTests
{
    [Theory]
    [InlineData(1024, 100, 108_986)]
    [InlineData(1000, 100, 106_526.5625)]
    [InlineData(1, 1, 2.5009765625)]
    public void The_area_under_the_memory_of_a_request(double prompt, double output, double tokenSteps) =>
        Assert.Equal(tokenSteps, RequestMemory.TokenSteps(prompt, output, 512), 1e-9);

    [Theory]
    [InlineData(1024, 100, 108_986)]
    [InlineData(1000, 100, 106_562)]
    [InlineData(1, 1, 3)]
    public void The_area_with_whole_steps(int prompt, int output, double tokenSteps) =>
        Assert.Equal(tokenSteps, RequestMemory.WholeTokenSteps(prompt, output, 512), 1e-9);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Whole_steps_are_the_sum_of_what_is_held_after_each(int chunk)
    {
        for (int prompt = 1; prompt < 140; prompt += 3)
        {
            double held = 0;
            for (int computed = chunk; computed < prompt + chunk; computed += chunk)
            {
                held += Math.Min(computed, prompt);
            }

            for (int k = 1; k <= 20; k++)
            {
                held += prompt + k;
            }

            Assert.Equal(held, RequestMemory.WholeTokenSteps(prompt, 20, chunk), 1e-9);
        }
    }

    [Fact]
    public void Without_the_ramp_of_the_prompt_it_is_the_workload_of_flow_control()
    {
        // Section 6.4: classes (10, 20), (10, 40), (10, 60), four of each a slot, need 16,240 of 16,492 tokens.
        static double Workload(double prompt, double output) =>
            RequestMemory.TokenSteps(prompt, output, 512) - RequestMemory.TokenSteps(prompt, 0, 512);

        double all = Workload(10, 20) + Workload(10, 40) + Workload(10, 60);

        Assert.Equal(16_240, 4 * all, 1e-9);
        Assert.Equal(4.0621, 16_492 / all, 1e-4);
    }

    [Fact]
    public void Without_the_ramp_it_is_the_slot_load_of_attention_workers_over_all_steps()
    {
        // Section 7.2: E[g without prefill] = E[D]·(θ + 1); P = 100, D = 3, θ = 101.
        double decode = RequestMemory.TokenSteps(100, 3, 512) - RequestMemory.TokenSteps(100, 0, 512);

        Assert.Equal(306, decode, 1e-9);
        Assert.Equal(3 * (101 + 1.0), decode, 1e-9);
    }
}
