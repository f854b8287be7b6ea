using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Dashboard;

public sealed class EventStreamTests
{
    [Fact]
    public async Task Who_does_not_read_for_five_seconds_is_cut_off()
    {
        var time = new ManualTime();
        var stream = new EventStream(() => "{}"u8.ToArray(), time, CancellationToken.None);
        var full = new FullStream();
        var context = new DefaultHttpContext { Response = { Body = full } };

        Task reading = stream.HandleAsync(context);
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal((false, 1), (reading.IsCompleted, stream.Readers));
        time.Advance(TimeSpan.FromSeconds(0.2));
        await reading;

        Assert.Equal((1, 0), (full.Writes, stream.Readers));
    }

    /// <summary>Takes nothing, ever.</summary>
    private sealed class FullStream : MemoryStream
    {
        public int Writes { get; private set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
