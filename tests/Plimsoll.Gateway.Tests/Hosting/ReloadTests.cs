using System.Net;
using Plimsoll.Core;
using Plimsoll.Gateway.Access;
using Plimsoll.Gateway.Backends;
using Plimsoll.Gateway.Backends.Discovery;
using Plimsoll.Gateway.Hosting;

namespace Plimsoll.Gateway.Tests.Hosting;

/// <summary>Backends come and go, and options change, while requests run.</summary>
public sealed class ReloadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backend_that_leaves_ends_what_it_has_and_one_that_comes_takes_over()
    {
        GatewayOptions? options = null;
        await using Served served = await Served.StartAsync(1, change: given => options = given);
        await using FakeEngine second = await FakeEngine.StartAsync();
        var held = new TaskCompletionSource();
        served.Engines[0].Answer = async (context, _) =>
        {
            await held.Task;
            await FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
        };
        Task<HttpResponseMessage> running = served.PostAsync(Served.Chat, stop: Stop);
        await Served.UntilAsync(() => served.Engines[0].Running == 1);

        Assert.Empty(served.Gateway.Reload(options! with { Backends = [new Backend(0, "second", second.Address)] }));
        await Served.UntilAsync(() => served.Gateway.Fleet.Replicas.Any(replica => replica.Backend.Name == "second" && replica.ToldWindow != 0));
        using HttpResponseMessage next = await served.PostAsync(Served.Chat, stop: Stop);
        Assert.Equal(2, served.Gateway.Fleet.Replicas.Count);
        held.SetResult();
        using HttpResponseMessage first = await running;
        await Served.UntilAsync(() => served.Gateway.Fleet.Replicas.Count == 1);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [first.StatusCode, next.StatusCode]);
        Assert.Single(second.Seen);
        Assert.Equal("second", served.Gateway.Fleet.Replicas.Single().Backend.Name);
    }

    [Fact]
    public async Task Places_are_used_again_and_what_goes_beyond_them_is_said()
    {
        List<string> troubles = [];
        GatewayOptions? options = null;
        await using Served served = await Served.StartAsync(2, change: given => options = given with { MostBackends = 2, Trouble = troubles.Add });
        for (int round = 0; round < 5; round++)
        {
            Backend renamed = options!.Backends[0] with { Name = $"round-{round}" };
            Assert.Empty(served.Gateway.Reload(options with { Backends = [renamed] }));
            await Served.UntilAsync(() => served.Gateway.Fleet.Replicas is [{ ToldWindow: not 0 } only] && only.Backend.Name == renamed.Name);
            using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Empty(troubles);
        Assert.Contains("backends: 3 are more", served.Gateway.Reload(options! with { Backends = [.. options.Backends, options.Backends[0]] }).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_all_or_nothing()
    {
        GatewayOptions? options = null;
        await using Served served = await Served.StartAsync(1, change: given => options = given);
        GatewayOptions next = options! with { Port = 1, Seed = 99, Keys = [new ApiKey("a", new byte[32])] };

        Assert.Equal(["port: a change needs a restart", "seed: a change needs a restart"], served.Gateway.Reload(next));
        using HttpResponseMessage before = await served.PostAsync(Served.Chat, stop: Stop);
        Assert.Empty(served.Gateway.Reload(options with { Keys = next.Keys }));
        using HttpResponseMessage after = await served.PostAsync(Served.Chat, stop: Stop);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], [before.StatusCode, after.StatusCode]);
    }

    [Fact]
    public async Task A_request_keeps_the_options_that_it_began_under()
    {
        GatewayOptions? options = null;
        await using Served served = await Served.StartAsync(1, change: given => options = given with { MostBodyBytes = 1_000 });
        string large = Served.Chat.Replace("Hello", new string('x', 2_000), StringComparison.Ordinal);

        using HttpResponseMessage before = await served.PostAsync(large, stop: Stop);
        Assert.Empty(served.Gateway.Reload(options! with { MostBodyBytes = 10_000 }));
        using HttpResponseMessage after = await served.PostAsync(large, stop: Stop);

        Assert.Equal([HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.OK], [before.StatusCode, after.StatusCode]);
    }

    [Fact]
    public async Task Backends_are_found_while_it_runs()
    {
        string file = Path.GetTempFileName();
        await using FakeEngine later = await FakeEngine.StartAsync();
        await using Served served = await Served.StartAsync(
            1, change: given => given with { Sources = [new FileSource(file)], DiscoveryInterval = Duration.FromMilliseconds(5) });

        await File.WriteAllTextAsync(file, later.Address.AbsoluteUri, Stop);
        await Served.UntilAsync(() => served.Gateway.Fleet.Replicas.Count(replica => replica.ToldWindow != 0) == 2);
        await File.WriteAllTextAsync(file, "", Stop);
        await Served.UntilAsync(() => served.Gateway.Fleet.Replicas.Count == 1);
        File.Delete(file);

        using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
