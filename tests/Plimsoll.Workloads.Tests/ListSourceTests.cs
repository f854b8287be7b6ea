using Plimsoll.Core;
using Plimsoll.Testing;

namespace Plimsoll.Workloads.Tests;

public sealed class ListSourceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public void Gives_everything_in_order_whatever_the_block(int block)
    {
        InferenceRequest[] requests = Requests.Of((0, 10, 1), (0.5, 20, 2), (0.5, 30, 3));
        var source = new ListSource(requests);
        var buffer = new InferenceRequest[block];
        List<InferenceRequest> read = [];
        for (int count = source.Read(buffer); count > 0; count = source.Read(buffer))
        {
            read.AddRange(buffer[..count]);
        }

        Assert.Equal(requests, read);
        Assert.Equal(0, source.Read(buffer));
    }

    [Fact]
    public void An_empty_list_ends_at_once() => Assert.Equal(0, new ListSource([]).Read(new InferenceRequest[4]));
}
