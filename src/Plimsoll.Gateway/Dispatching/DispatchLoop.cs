using System.Collections.Concurrent;
using Plimsoll.Core;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>
/// The only one that touches the dispatcher. Everybody leaves messages; whoever leaves one while nobody is at work takes it, and those
/// that come meanwhile, one after the other, gives each the next instant of the gateway's clock, and executes what the dispatcher wants.
/// So the dispatcher sees one order of events, which can be written down and replayed, and a request that need not wait is not handed
/// from thread to thread.
/// </summary>
public sealed class DispatchLoop : IAsyncDisposable
{
    // After so many messages the work goes on elsewhere: whoever came with one has waited for others long enough.
    private const int MostInARow = 64;

    private readonly ConcurrentQueue<Message> _inbox = new();
    private readonly Dictionary<RequestId, Ticket> _held = [];
    private readonly DispatchEffects _effects = new();
    private readonly Dispatcher _dispatcher;
    private readonly GatewayClock _clock;
    private readonly IDispatchWitness? _witness;
    private readonly ITimer _alarm;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Instant _alarmAt = Instant.Never;
    private long _arrived;
    private volatile int _heldRequests;

    // Messages left and not yet handled. Whoever makes it 1 is at work until it is 0.
    private int _left;

    /// <summary>A loop that has nothing to do yet.</summary>
    /// <param name="dispatcher">The dispatcher, which nobody else may touch from now on.</param>
    /// <param name="clock">The gateway's clock.</param>
    /// <param name="witness">Sees every event with its effects, in order; null for nobody.</param>
    public DispatchLoop(Dispatcher dispatcher, GatewayClock clock, IDispatchWitness? witness = null)
    {
        (_dispatcher, _clock, _witness) = (dispatcher, clock, witness);
        _alarm = clock.Alarm(() => Leave(new Message(MessageKind.Alarm)));
    }

    /// <summary>Requests held now.</summary>
    public int HeldRequests => _heldRequests;

    /// <summary>Ends when the loop has ended: after it was disposed, or with the error that stopped it.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Asks where a request goes, and waits as long as it is held.</summary>
    /// <param name="ticket">The request; the loop gives it its number and its instant of arrival.</param>
    /// <param name="hungUp">The client hung up: the request is forgotten if it is still held.</param>
    /// <returns>
    /// The answer. One that says "sent" must be followed by <see cref="Ended"/> or by <see cref="RetryAsync"/>, exactly once.
    /// </returns>
    /// <exception cref="OperationCanceledException">The client hung up while the request was held.</exception>
    public async Task<Placement> PlaceAsync(Ticket ticket, CancellationToken hungUp)
    {
        Leave(new Message(MessageKind.Arrive, Ticket: ticket));
        if (!hungUp.CanBeCanceled || ticket.Answer.Task.IsCompleted)
        {
            return await ticket.Answer.Task.ConfigureAwait(false);
        }

        using CancellationTokenRegistration registration = hungUp.UnsafeRegister(
            static (state, _) =>
            {
                (DispatchLoop loop, Ticket ticket) = ((DispatchLoop, Ticket))state!;
                loop.Leave(new Message(MessageKind.HangUp, Ticket: ticket));
            },
            (this, ticket));
        return await ticket.Answer.Task.ConfigureAwait(false);
    }

    /// <summary>A replica broke before it had answered anything: asks for another, or for the refusal that there is none.</summary>
    public Task<Placement> RetryAsync(Ticket ticket, in Placement failed)
    {
        ticket.Reopen();
        Leave(new Message(MessageKind.Retry, Ticket: ticket, Replica: failed.Replica, Tokens: failed.ChargedTokens));
        return ticket.Answer.Task;
    }

    /// <summary>A request that was sent has ended, however it ended.</summary>
    /// <param name="placement">Where it went.</param>
    /// <param name="served">What its tenant had of it.</param>
    public void Ended(in Placement placement, in ServedTokens served = default) =>
        Leave(new Message(MessageKind.End, Replica: placement.Replica, Tokens: placement.ChargedTokens, Served: served));

    /// <summary>A replica says how it is; the instant is the loop's.</summary>
    public void Report(in ReplicaReport report) => Leave(new Message(MessageKind.Report, Report: report));

    /// <summary>A replica takes at most so many requests in flight from now on: 0 for none, null for no limit.</summary>
    public void SetWindow(int replica, int? requests) => Leave(new Message(MessageKind.Window, Replica: replica, Window: requests));

    /// <summary>A replica has lost what it had cached, or all but so many tokens of it.</summary>
    public void Forget(int replica, long keptTokens) => Leave(new Message(MessageKind.Forget, Replica: replica, KeptTokens: keptTokens));

    /// <summary>A replica has cached these prefixes; the hashes are the loop's from now on.</summary>
    public void Stored(int replica, ulong[] prefixes) => Leave(new Message(MessageKind.Store, Replica: replica, Prefixes: prefixes));

    /// <summary>A replica no longer has these prefixes; the hashes are the loop's from now on.</summary>
    public void Removed(int replica, ulong[] prefixes) => Leave(new Message(MessageKind.Remove, Replica: replica, Prefixes: prefixes));

    /// <summary>Other policies apply from now on.</summary>
    public void Reconfigure(DispatcherConfiguration configuration) =>
        Leave(new Message(MessageKind.Reconfigure, Configuration: configuration));

    /// <summary>Ends when the messages left so far are done. Requests still held are refused, and so is what comes later.</summary>
    public async ValueTask DisposeAsync()
    {
        Leave(new Message(MessageKind.Close));
        await ((Task)_completion.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _alarm.DisposeAsync().ConfigureAwait(false);
    }

    private static void Refuse(Ticket? ticket) => ticket?.Answer.TrySetResult(new Placement(default, -1, 0, RejectReason.NoReplicaReady));

    private void Leave(in Message message)
    {
        _inbox.Enqueue(message);
        if (Interlocked.Increment(ref _left) == 1)
        {
            Work();
        }
    }

    private void Work()
    {
        for (int handled = 1; ; handled++)
        {
            // A message is in the queue before it is counted.
            _inbox.TryDequeue(out Message message);
            Take(message);
            if (Interlocked.Decrement(ref _left) == 0)
            {
                return;
            }

            if (handled == MostInARow)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static loop => loop.Work(), this, preferLocal: false);
                return;
            }
        }
    }

    private void Take(in Message message)
    {
        if (_completion.Task.IsCompleted)
        {
            Refuse(message.Ticket);
            return;
        }

        try
        {
            Handle(message);
            if (_dispatcher.NextDeadline != Instant.Never && _dispatcher.NextDeadline <= _clock.Now)
            {
                Tell(new DispatchInput { Kind = DispatchInputKind.TimePassed, Now = _clock.Next() });
            }

            SetAlarm();
            _heldRequests = _held.Count;
        }
        catch (Exception bug)
        {
            // Its books can no longer be trusted: nobody waits for it, and the health page says so.
            Close();
            Refuse(message.Ticket);
            _completion.TrySetException(bug);
        }
    }

    private void Close()
    {
        foreach (Ticket ticket in _held.Values)
        {
            Refuse(ticket);
        }

        _held.Clear();
        _heldRequests = 0;
    }

    // One alarm for the first deadline: it may ring a little late or for nothing, and is then set again.
    private void SetAlarm()
    {
        Instant deadline = _dispatcher.NextDeadline;
        if (deadline != _alarmAt)
        {
            _alarmAt = deadline;
            _clock.Set(_alarm, deadline);
        }
    }

    private void Handle(in Message message)
    {
        Instant now = _clock.Next();
        switch (message.Kind)
        {
            case MessageKind.Arrive:
                Ticket ticket = message.Ticket!;
                ticket.Arrive(new RequestId(_arrived++), now);
                _held.Add(ticket.Request.Id, ticket);
                Tell(new DispatchInput { Kind = DispatchInputKind.Arrived, Now = now, Request = ticket.Request });
                break;
            case MessageKind.Retry:
                Ticket again = message.Ticket!;
                _held.Add(again.Request.Id, again);
                Tell(new DispatchInput
                {
                    Kind = DispatchInputKind.Retried,
                    Now = now,
                    Request = again.Request,
                    Replica = message.Replica,
                    ChargedTokens = message.Tokens,
                });
                break;
            case MessageKind.HangUp:
                if (_held.Remove(message.Ticket!.Request.Id, out Ticket? gone))
                {
                    Tell(new DispatchInput { Kind = DispatchInputKind.Cancelled, Now = now, Request = gone.Request });
                    gone.Answer.TrySetCanceled();
                }

                break;
            case MessageKind.End:
                Tell(new DispatchInput
                {
                    Kind = DispatchInputKind.Ended,
                    Now = now,
                    Replica = message.Replica,
                    ChargedTokens = message.Tokens,
                    Served = message.Served,
                });
                break;
            case MessageKind.Report:
                Tell(new DispatchInput { Kind = DispatchInputKind.Reported, Now = now, Report = message.Report with { TakenAt = now } });
                break;
            case MessageKind.Window:
                Tell(new DispatchInput { Kind = DispatchInputKind.Windowed, Now = now, Replica = message.Replica, WindowRequests = message.Window });
                break;
            case MessageKind.Forget:
                Tell(new DispatchInput
                {
                    Kind = DispatchInputKind.Forgotten,
                    Now = now,
                    Replica = message.Replica,
                    KeptTokens = message.KeptTokens,
                });
                break;
            case MessageKind.Store or MessageKind.Remove:
                Tell(new DispatchInput
                {
                    Kind = message.Kind == MessageKind.Store ? DispatchInputKind.Stored : DispatchInputKind.Removed,
                    Now = now,
                    Replica = message.Replica,
                    Prefixes = message.Prefixes,
                });
                break;
            case MessageKind.Close:
                Close();
                _completion.TrySetResult();
                break;
            case MessageKind.Alarm:
                _alarmAt = Instant.Never;
                break;
            default:
                Tell(new DispatchInput { Kind = DispatchInputKind.Reconfigured, Now = now, Configuration = message.Configuration });
                break;
        }
    }

    private void Tell(in DispatchInput input)
    {
        _dispatcher.Apply(input, _effects);
        _witness?.Saw(input, _effects.All);
        foreach (ref readonly DispatchEffect effect in _effects.All)
        {
            bool sent = effect.Kind == DispatchEffectKind.Send;
            _held.Remove(effect.Request.Id, out Ticket? ticket);
            ticket!.Answer.TrySetResult(new Placement(effect.Request.Id, sent ? effect.Replica : -1, sent ? effect.ChargedTokens : 0, effect.Reason));
        }

        _effects.Clear();
    }

    private enum MessageKind
    {
        Arrive,
        Retry,
        HangUp,
        End,
        Report,
        Window,
        Forget,
        Store,
        Remove,
        Alarm,
        Close,
        Reconfigure,
    }

    private readonly record struct Message(
        MessageKind Kind,
        Ticket? Ticket = null,
        int Replica = 0,
        int Tokens = 0,
        int? Window = null,
        long KeptTokens = 0,
        ulong[]? Prefixes = null,
        ReplicaReport Report = default,
        ServedTokens Served = default,
        DispatcherConfiguration? Configuration = null);
}
