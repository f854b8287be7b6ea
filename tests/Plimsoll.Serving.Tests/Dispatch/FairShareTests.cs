using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Serving.Tests.Dispatch;

/// <summary>Tenants share what there is, whoever asks for more.</summary>
public sealed class FairShareTests
{
    // Prompt and weighted output of the largest request.
    private const int Largest = 200 + (2 * 300);

    // Counters differ by two of the largest requests at most; what is in flight is not counted whole until it ends.
    [Fact]
    public void Two_tenants_who_always_wait_get_as_much_of_each_other()
    {
        for (ulong seed = 1; seed <= 100; seed++)
        {
            RandomStream random = new RandomTree(seed).Stream("tenants");
            int window = 1 + (int)random.NextBelow(4);
            Dispatcher dispatcher = Create(window);
            var effects = new DispatchEffects();
            Queue<DispatchEffect> running = new();
            long[] served = new long[2];
            long next = 0;
            void Arrive(int tenant)
            {
                // The second asks for ten times as much.
                int prompt = tenant == 0 ? 1 + (int)random.NextBelow(20) : 1 + (int)random.NextBelow(200);
                dispatcher.OnArrival(Request(next, prompt, tenant == 0 ? "a" : "b"), new Instant(next++), effects);
            }

            for (int i = 0; i < 50; i++)
            {
                Arrive(0);
                Arrive(1);
            }

            for (int i = 0; i < 2_000; i++)
            {
                foreach (DispatchEffect effect in effects.All)
                {
                    running.Enqueue(effect);
                }

                effects.Clear();
                DispatchEffect end = running.Dequeue();
                int tenant = end.Request.Details!.Client == "a" ? 0 : 1;
                int output = tenant == 0 ? 1 + (int)random.NextBelow(30) : 1 + (int)random.NextBelow(300);
                served[tenant] += end.Request.PromptTokens + (2 * output);
                dispatcher.OnEnded(0, end.ChargedTokens, new Instant(next), effects, ServedTokens.Of(end.Request, output));
                Arrive(tenant);
                Assert.True(Math.Abs(served[0] - served[1]) <= (2 + (2 * window)) * Largest, $"seed {seed}: {served[0]} and {served[1]}");
            }
        }
    }

    [Fact]
    public void First_come_first_served_would_not_have_shared()
    {
        Assert.Equal(["b", "b", "b", "a"], OrderOf("fcfs"));
        Assert.Equal(["b", "b", "a", "b"], OrderOf("vtc"));
    }

    [Fact]
    public void A_request_that_was_sent_in_vain_costs_its_tenant_nothing()
    {
        Dispatcher dispatcher = Create(window: 1, replicas: 2);
        var effects = new DispatchEffects();
        foreach ((int id, string tenant) in new[] { (0, "a"), (1, "b"), (2, "a"), (3, "b") })
        {
            dispatcher.OnArrival(Request(id, 100, tenant), new Instant(id), effects);
        }

        effects.Clear();
        dispatcher.OnRetry(Request(0, 100, "a"), 0, 100, new Instant(5), effects);

        // Replica 0 was freed and takes the next of those who have had least: "a" was given back its hundred.
        Assert.Equal([2L, 0L], effects.All.ToArray().Select(effect => effect.Request.Id.Value));
    }

    private static string[] OrderOf(string ordering)
    {
        Dispatcher dispatcher = Create(window: 1, ordering: ordering);
        var effects = new DispatchEffects();
        int id = 0;
        foreach (string tenant in new[] { "b", "b", "b", "a" })
        {
            dispatcher.OnArrival(Request(id, 100, tenant), new Instant(id++), effects);
        }

        for (int i = 0; i < 3; i++)
        {
            dispatcher.OnEnded(0, 100, new Instant(10), effects);
        }

        return [.. effects.All.ToArray().Select(effect => effect.Request.Details!.Client!)];
    }

    private static InferenceRequest Request(long id, int prompt, string tenant) =>
        new(new RequestId(id), new Instant(id), prompt, 1, new RequestDetails { Client = tenant });

    private static Dispatcher Create(int window, int replicas = 1, string ordering = "vtc") => new(
        new DispatcherConfiguration(
            PolicyCatalog.Admission.Default, PolicyCatalog.Ordering.Parse(ordering, out _)!, PolicyCatalog.Routing.Default, window),
        replicas,
        new RandomTree(1).Stream("routing"));
}
