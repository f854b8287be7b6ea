using Plimsoll.Planning.LoadLine;

namespace Plimsoll.Planning.Tests.LoadLine;

/// <summary>Vectors of scheduling theory, section 1.4.</summary>
public sealed class RequestMemoryTests
{
    [Theory]
    [InlineData(1024, 100, 108_986)]
    [InlineData(1000, 100, 106_526.5625)]
    [InlineData(1, 1, 2.5009765625)]
    public void The_area_under_the_memory_of_a_request(double prompt, double output, double tokenSteps) =>
        Assert.Equal(tokenSteps, RequestMemory.TokenSteps(prompt, output, 512), 1e-9);
}
