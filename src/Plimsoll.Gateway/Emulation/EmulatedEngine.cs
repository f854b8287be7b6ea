using System.Threading.Channels;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation;

/// <summary>
/// A replica engine on the wall clock. One loop owns it: it takes messages, does what is due, tells calls of their tokens, and sleeps until
/// the next step ends. The schedule is the engine's own: a loop that wakes late tells late, and nothing drifts.
/// </summary>
internal sealed class EmulatedEngine : IAsyncDisposable
{
    private readonly Channel<Message> _inbox = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });
    private readonly EmulatorOptions _options;
    private readonly EmulatorClock _clock;
    private readonly ITimer _timer;
    private readonly Task _loop;

    private readonly KvEventPublisher? _publisher;
    private readonly CacheEvents _cacheEvents;

    private EmulatorMetrics _metrics;
    private HostedReplica _replica;

    public EmulatedEngine(EmulatorOptions options, TimeProvider time, KvEventPublisher? publisher = null)
    {
        _options = options;
        _publisher = publisher;
        _cacheEvents = new CacheEvents(options.Replica.BlockTokens);
        LoseEvents(options.Faults);
        _clock = new EmulatorClock(time, RateOf(options.Faults));
        (_metrics, _replica) = NewReplica(options.Faults);
        _timer = time.CreateTimer(_ => Leave(new Message(MessageKind.Tick)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Takes a call in; whether it was accepted is its first event.</summary>
    public void Submit(EmulatedCall call) => Leave(new Message(MessageKind.Submit, call));

    /// <summary>The client has left.</summary>
    public void Abort(EmulatedCall call) => Leave(new Message(MessageKind.Abort, call));

    /// <summary>Works from now on with these faults; those of single requests are not its business.</summary>
    public Task SetFaultsAsync(EmulatorFaults faults)
    {
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Leave(new Message(MessageKind.Faults, Faults: faults, Answer: done));
        return done.Task;
    }

    /// <summary>Its metrics, as text.</summary>
    public Task<string> MetricsAsync()
    {
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Leave(new Message(MessageKind.Metrics, Answer: answer));
        return answer.Task;
    }

    /// <summary>Takes nothing more; what is inside is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private double RateOf(EmulatorFaults faults) => faults.Hangs ? 0 : _options.Speed / faults.Slowdown;

    private (EmulatorMetrics Metrics, HostedReplica Replica) NewReplica(EmulatorFaults faults)
    {
        var metrics = new EmulatorMetrics(_options.Model, _options.Replica);
        RandomStream dice = new RandomTree(_options.Seed).Stream("engine");
        return (metrics, new HostedReplica(_options.Replica, dice, metrics, _publisher is null ? null : _cacheEvents) { Rate = _options.Speed / faults.Slowdown });
    }

    private void Leave(Message message)
    {
        if (_inbox.Writer.TryWrite(message))
        {
            return;
        }

        message.Answer?.TrySetResult("");
        if (message.Kind == MessageKind.Submit)
        {
            message.Call!.Tell(new EmulatedEvent(EmulatedEventKind.Lost, 0, 0, Instant.Zero));
            message.Call.Close();
        }
    }

    private async Task RunAsync()
    {
        ChannelReader<Message> inbox = _inbox.Reader;
        while (await inbox.WaitToReadAsync().ConfigureAwait(false))
        {
            while (inbox.TryRead(out Message message))
            {
                Handle(message);
            }

            _replica.AdvanceTo(_clock.Now);
            _publisher?.Publish(_cacheEvents.Take());
            _timer.Change(_clock.WallUntil(_replica.NextEvent), Timeout.InfiniteTimeSpan);
        }

        _replica.Crash(_clock.Now);
    }

    private void Handle(in Message message)
    {
        Instant now = _clock.Now;
        switch (message.Kind)
        {
            case MessageKind.Submit:
                _replica.Submit(message.Call!, now);
                break;
            case MessageKind.Abort:
                _replica.Abort(message.Call!, now);
                break;
            case MessageKind.Metrics:
                message.Answer!.TrySetResult(_metrics.Text(_replica.Report(now), _replica.Statistics, _replica.CachedContents));
                break;
            case MessageKind.Faults:
                Change(message.Faults!, now);
                message.Answer!.TrySetResult("");
                break;
            default:
                // A tick only says that it is time to look at the clock.
                break;
        }
    }

    private void Change(EmulatorFaults faults, Instant now)
    {
        _replica.AdvanceTo(now);
        _clock.SetRate(RateOf(faults));
        LoseEvents(faults);
        _replica.Rate = _options.Speed / faults.Slowdown;
        if (faults.Crashed)
        {
            // What comes back is a new process: nothing cached, nothing counted.
            _replica.Crash(now);
            _cacheEvents.Take();
            _publisher?.Restart();
            (_metrics, _replica) = NewReplica(faults);
        }
    }

    private void LoseEvents(EmulatorFaults faults)
    {
        if (_publisher is not null)
        {
            _publisher.LostShare = faults.LostEventsShare;
        }
    }

    private enum MessageKind
    {
        Tick,
        Submit,
        Abort,
        Metrics,
        Faults,
    }

    private readonly record struct Message(
        MessageKind Kind, EmulatedCall? Call = null, EmulatorFaults? Faults = null, TaskCompletionSource<string>? Answer = null);
}
