using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Tests.OpenAi;

public sealed class TokenRatioTests
{
    [Fact]
    public void It_starts_at_four_bytes_and_follows_what_the_engines_count()
    {
        var ratio = new TokenRatio();
        Assert.Equal((25, 1), (ratio.TokensOf(100), ratio.TokensOf(0)));

        ratio.Learn(600, 200);
        Assert.Equal(3, ratio.BytesPerToken);
        for (int i = 0; i < 300; i++)
        {
            ratio.Learn(5_000, 1_000);
        }

        Assert.Equal(5, ratio.BytesPerToken, 3);
        ratio.Learn(0, 10);
        ratio.Learn(10, 0);
        Assert.Equal(5, ratio.BytesPerToken, 3);
    }
}
