using Plimsoll.Gateway.Dispatching;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Tests.Faults;

/// <summary>Keeps its own books of what a dispatcher is told and does, by the simplest rules, and the log for a replay.</summary>
internal sealed class BookKeeper(Dispatcher dispatcher, int replicas) : IDispatchWitness
{
    private readonly int?[] _windows = new int?[replicas];
    private readonly int[] _inFlight = new int[replicas];
    private readonly HashSet<long> _held = [];
    private readonly DispatcherState _beginning = dispatcher.Saved();
    private readonly List<DecisionEvent> _events = [];
    private bool _knowsWindows;

    public void Saw(in DispatchInput input, ReadOnlySpan<DispatchEffect> effects)
    {
        _events.Add(new DecisionEvent(_events.Count + 1, input, effects.ToArray()));
        switch (input.Kind)
        {
            case DispatchInputKind.Arrived:
                Assert.True(_held.Add(input.Request.Id.Value), "no request arrives twice");
                break;
            case DispatchInputKind.Cancelled:
                Assert.True(_held.Remove(input.Request.Id.Value), "only what is held can be taken back");
                break;
            case DispatchInputKind.Windowed:
                _windows[input.Replica] = input.WindowRequests;
                _knowsWindows = true;
                break;
            case DispatchInputKind.Ended:
                _inFlight[input.Replica]--;
                break;
            case DispatchInputKind.Retried:
                _inFlight[input.Replica]--;
                Assert.True(_held.Add(input.Request.Id.Value), "what is tried again is not held already");
                break;
            default:
                break;
        }

        foreach (ref readonly DispatchEffect effect in effects)
        {
            Assert.True(_held.Remove(effect.Request.Id.Value), "what is sent or refused was held");
            if (effect.Kind == DispatchEffectKind.Send)
            {
                // A request that is tried again goes beyond a window, but not to a replica that is closed, nor where it failed.
                bool again = input.Kind == DispatchInputKind.Retried && effect.Request.Id == input.Request.Id;
                int? window = _windows[effect.Replica];
                Assert.True(
                    !_knowsWindows || (again ? window is not 0 && effect.Replica != input.Replica : window is null || _inFlight[effect.Replica] < window),
                    $"request {effect.Request.Id} to replica {effect.Replica} with {_inFlight[effect.Replica]} of {window}");
                _inFlight[effect.Replica]++;
            }
        }

        Assert.All(_inFlight, count => Assert.True(count >= 0));
    }

    /// <summary>Nothing is held, nothing is in flight.</summary>
    public void IsEmpty()
    {
        Assert.Empty(_held);
        Assert.All(_inFlight, count => Assert.Equal(0, count));
    }

    /// <summary>The same events lead to the same decisions and the same state.</summary>
    public void Replays()
    {
        var replay = new DecisionReplay(new DecisionLogHead("", "", 1, 0, 0), _beginning);
        foreach (DecisionEvent each in _events)
        {
            DecisionDifference? difference = replay.Feed(each);
            Assert.True(difference is null, $"{difference}");
        }

        using var writer = new DecisionWriter();
        Assert.True(writer.BytesOf(dispatcher.Saved()).AsSpan().SequenceEqual(writer.BytesOf(replay.State)), "another state at the end");
    }
}
