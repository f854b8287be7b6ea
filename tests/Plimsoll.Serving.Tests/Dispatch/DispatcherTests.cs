using Plimsoll.Core;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Serving.Tests.Dispatch;

/// <summary>What a live fleet does to the dispatcher: replicas come and go, clients hang up, deadlines pass, policies change.</summary>
public sealed class DispatcherTests
{
    private readonly DispatchEffects _effects = new();

    [Fact]
    public void A_replica_whose_window_is_closed_gets_nothing()
    {
        Dispatcher dispatcher = Create(replicas: 3);
        dispatcher.OnWindow(1, 0, At(0), _effects);

        for (int i = 0; i < 6; i++)
        {
            dispatcher.OnArrival(Request(i), At(0), _effects);
        }

        Assert.Equal([0, 2, 0, 2, 0, 2], Sent());
    }

    [Fact]
    public void Without_a_replica_requests_are_refused_and_those_held_wait()
    {
        Dispatcher dispatcher = Create(replicas: 1, window: 1);
        dispatcher.OnArrival(Request(0), At(0), _effects);
        dispatcher.OnArrival(Request(1), At(0), _effects);
        dispatcher.OnWindow(0, 0, At(1), _effects);
        dispatcher.OnEnded(0, 10, At(1), _effects);
        Assert.Equal([0], Sent());

        _effects.Clear();
        dispatcher.OnArrival(Request(2), At(2), _effects);
        Assert.Equal(RejectReason.NoReplicaReady, Assert.Single(Effects()).Reason);

        _effects.Clear();
        dispatcher.OnWindow(0, 1, At(3), _effects);
        Assert.Equal(new RequestId(1), Assert.Single(Effects()).Request.Id);
    }

    [Fact]
    public void A_request_that_is_held_can_be_taken_back_and_one_that_was_sent_cannot()
    {
        Dispatcher dispatcher = Create(replicas: 1, window: 1);
        for (int i = 0; i < 3; i++)
        {
            dispatcher.OnArrival(Request(i), At(i), _effects);
        }

        Assert.False(dispatcher.OnCancelled(new RequestId(0), At(3)));
        Assert.True(dispatcher.OnCancelled(new RequestId(1), At(3)));
        Assert.False(dispatcher.OnCancelled(new RequestId(1), At(3)));
        Assert.Equal(1, dispatcher.QueuedRequests);

        _effects.Clear();
        dispatcher.OnEnded(0, 10, At(4), _effects);
        Assert.Equal(new RequestId(2), Assert.Single(Effects()).Request.Id);
    }

    [Fact]
    public void Deadlines_pass_in_their_order_whatever_the_order_of_the_queue()
    {
        Dispatcher dispatcher = Create(replicas: 1, window: 1, ordering: "priority");
        dispatcher.OnArrival(Request(0), At(0), _effects);
        dispatcher.OnArrival(Request(1, priority: 0, deadlineSeconds: 9), At(0), _effects);
        dispatcher.OnArrival(Request(2, priority: 1, deadlineSeconds: 3), At(0), _effects);
        dispatcher.OnArrival(Request(3, priority: 2, deadlineSeconds: 6), At(0), _effects);
        dispatcher.OnArrival(Request(4, priority: 3), At(0), _effects);
        Assert.Equal(At(3), dispatcher.NextDeadline);

        _effects.Clear();
        dispatcher.OnTimer(At(2), _effects);
        Assert.Empty(Effects());
        dispatcher.OnTimer(At(6), _effects);

        Assert.Equal([2L, 3L], Effects().Select(effect => effect.Request.Id.Value));
        Assert.All(Effects(), effect => Assert.Equal(RejectReason.DeadlineExceeded, effect.Reason));
        Assert.Equal(At(9), dispatcher.NextDeadline);
        dispatcher.OnCancelled(new RequestId(1), At(6));
        Assert.Equal(Instant.Never, dispatcher.NextDeadline);
        Assert.Equal(1, dispatcher.QueuedRequests);
    }

    [Fact]
    public void Another_order_applies_to_those_who_wait_already_and_nobody_is_lost()
    {
        Dispatcher dispatcher = Create(replicas: 1, window: 1);
        dispatcher.OnArrival(Request(0), At(0), _effects);
        for (int i = 1; i <= 5; i++)
        {
            dispatcher.OnArrival(Request(i, priority: -i), At(i), _effects);
        }

        _effects.Clear();
        dispatcher.Reconfigure(Policies("round-robin", "priority", window: null), At(6), _effects);
        Assert.Equal(5, dispatcher.QueuedRequests);
        for (int i = 0; i < 5; i++)
        {
            dispatcher.OnEnded(0, 10, At(7 + i), _effects);
        }

        Assert.Equal([5L, 4, 3, 2, 1], Effects().Select(effect => effect.Request.Id.Value));
    }

    [Fact]
    public void Random_lives_end_as_a_naive_list_says()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            RandomStream random = new RandomTree(seed).Stream("life");
            Dispatcher dispatcher = Create(replicas: 1, window: 1, ordering: "priority");
            List<InferenceRequest> waiting = [];
            dispatcher.OnArrival(Request(0), At(0), _effects);
            _effects.Clear();
            for (int i = 1; i <= 300; i++)
            {
                Instant now = At(i);
                switch (random.NextBelow(4))
                {
                    case 0 or 1:
                        int deadline = (int)random.NextBelow(40);
                        InferenceRequest request = Request(i, (int)random.NextBelow(3), deadline < 30 ? i + deadline : null, i);
                        waiting.Add(request);
                        dispatcher.OnArrival(request, now, _effects);
                        Assert.Empty(Effects());
                        break;
                    case 2 when waiting.Count > 0:
                        InferenceRequest chosen = waiting[(int)random.NextBelow(waiting.Count)];
                        waiting.Remove(chosen);
                        Assert.True(dispatcher.OnCancelled(chosen.Id, now), $"seed {seed}");
                        break;
                    default:
                        dispatcher.OnEnded(0, 10, now, _effects);
                        InferenceRequest[] next = [.. waiting.OrderBy(each => each.Details!.Priority).ThenBy(each => each.Id).Take(1)];
                        Assert.Equal(next.Select(each => each.Id), Effects().Select(effect => effect.Request.Id));
                        waiting.RemoveAll(each => next.Contains(each));
                        if (next.Length == 0)
                        {
                            dispatcher.OnArrival(Request(1_000 + i), now, _effects);
                        }

                        break;
                }

                _effects.Clear();
                dispatcher.OnTimer(now, _effects);
                IEnumerable<RequestId> overdue = waiting
                    .Where(each => DeadlineOf(each) <= now).OrderBy(DeadlineOf).ThenBy(each => each.Id).Select(each => each.Id);
                Assert.Equal(overdue, Effects().Select(effect => effect.Request.Id));
                waiting.RemoveAll(each => DeadlineOf(each) <= now);
                _effects.Clear();
                Assert.Equal(waiting.Count, dispatcher.QueuedRequests);
                Assert.Equal(waiting.Select(DeadlineOf).Append(Instant.Never).Min(), dispatcher.NextDeadline);
            }
        }
    }

    private static Instant DeadlineOf(InferenceRequest request) =>
        request.Details?.Deadline is { } allowed ? request.Arrival + allowed : Instant.Never;

    private static Dispatcher Create(int replicas, int? window = null, string ordering = "fcfs") =>
        new(Policies("round-robin", ordering, window), replicas, new RandomTree(1).Stream("routing"));

    private static DispatcherConfiguration Policies(string routing, string ordering, int? window) => new(
        PolicyCatalog.Admission.Default,
        PolicyCatalog.Ordering.Parse(ordering, out _)!,
        PolicyCatalog.Routing.Parse(routing, out _)!,
        window);

    private static InferenceRequest Request(int id, int priority = 0, int? deadlineSeconds = null, int arrivalSeconds = 0) => new(
        new RequestId(id),
        At(arrivalSeconds),
        10,
        1,
        new RequestDetails
        {
            Priority = priority,
            Deadline = deadlineSeconds is { } seconds ? At(seconds) - At(arrivalSeconds) : null,
        });

    private static Instant At(int seconds) => Instant.Zero + Duration.FromMilliseconds(1000L * seconds);

    private DispatchEffect[] Effects() => _effects.All.ToArray();

    private IEnumerable<int> Sent() => Effects().Where(effect => effect.Kind == DispatchEffectKind.Send).Select(effect => effect.Replica);
}
