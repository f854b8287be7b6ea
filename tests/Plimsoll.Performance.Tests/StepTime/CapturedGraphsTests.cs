using Plimsoll.Performance.StepTime;

namespace Plimsoll.Performance.Tests.StepTime;

/// <summary>Rows 13 to 15 of the engine's acceptance vectors: 128 sequences, so graphs up to 256 tokens.</summary>
public class CapturedGraphsTests
{
    private static readonly CapturedGraphs Graphs = new(256);

    [Theory]
    [InlineData(33, 0, GraphMode.Full, 40)]
    [InlineData(100, 100, GraphMode.Piecewise, 200)]
    [InlineData(100, 300, GraphMode.None, 400)]
    public void Steps_are_padded_to_the_next_captured_size(int decodes, int chunk, GraphMode mode, int padded)
    {
        var shape = new BatchShape(chunk, chunk > 0 ? 1 : 0, (long)chunk * chunk, decodes, decodes * 1000L);
        Assert.Equal(mode, Graphs.ModeOf(shape));
        Assert.Equal(padded, Graphs.Padded(decodes + chunk));
    }

    [Fact]
    public void Sizes_are_one_two_four_then_every_eight_then_every_sixteen()
    {
        var graphs = new CapturedGraphs(512);
        IEnumerable<long> sizes = Enumerable.Range(1, 512).Select(tokens => graphs.Padded(tokens)).Distinct();
        IEnumerable<long> expected = [1, 2, 4, .. Enumerable.Range(1, 32).Select(i => 8L * i), .. Enumerable.Range(17, 16).Select(i => 16L * i)];
        Assert.Equal(expected, sizes);
        Assert.Equal(513, graphs.Padded(513));
    }

    [Fact]
    public void Nothing_is_padded_without_graphs() => Assert.Equal(33, new CapturedGraphs(0).Padded(33));
}
