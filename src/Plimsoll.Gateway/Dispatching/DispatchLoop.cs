using System.Threading.Channels;
using Plimsoll.Core;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>
/// The only one that touches the dispatcher. Everybody else leaves a message; the loop takes one after the other, gives it the next instant of
/// the gateway's clock, and executes what the dispatcher wants. So the dispatcher sees one order of events, which can be written down and
/// replayed.
/// </summary>
public sealed class DispatchLoop : IAsyncDisposable
{
    private readonly Channel<Message> _inbox = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<RequestId, Ticket> _held = [];
    private readonly DispatchEffects _effects = new();
    private readonly Dispatcher _dispatcher;
    private readonly GatewayClock _clock;
    private readonly IDispatchWitness? _witness;
    private readonly ITimer _alarm;
    private readonly Task _loop;
    private Instant _alarmAt = Instant.Never;
    private long _arrived;
    private volatile int _heldRequests;

    /// <summary>Starts the loop.</summary>
    /// <param name="dispatcher">The dispatcher, which nobody else may touch from now on.</param>
    /// <param name="clock">The gateway's clock.</param>
    /// <param name="witness">Sees every event with its effects, on the loop; null for nobody.</param>
    public DispatchLoop(Dispatcher dispatcher, GatewayClock clock, IDispatchWitness? witness = null)
    {
        (_dispatcher, _clock, _witness) = (dispatcher, clock, witness);
        _alarm = clock.Alarm(() => Leave(new Message(MessageKind.Alarm)));
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Requests held now.</summary>
    public int HeldRequests => _heldRequests;

    /// <summary>Ends when the loop has ended: after it was disposed, or with the error that stopped it.</summary>
    public Task Completion => _loop;

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
        if (!hungUp.CanBeCanceled)
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
    public void Ended(in Placement placement) => Leave(new Message(MessageKind.End, Replica: placement.Replica, Tokens: placement.ChargedTokens));

    /// <summary>A replica says how it is; the instant is the loop's.</summary>
    public void Report(in ReplicaReport report) => Leave(new Message(MessageKind.Report, Report: report));

    /// <summary>A replica takes at most so many requests in flight from now on: 0 for none, null for no limit.</summary>
    public void SetWindow(int replica, int? requests) => Leave(new Message(MessageKind.Window, Replica: replica, Window: requests));

    /// <summary>Other policies apply from now on.</summary>
    public void Reconfigure(DispatcherConfiguration configuration) =>
        Leave(new Message(MessageKind.Reconfigure, Configuration: configuration));

    /// <summary>Takes no more messages, and ends when those left so far are done. Requests still held are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private void Leave(Message message)
    {
        if (!_inbox.Writer.TryWrite(message))
        {
            message.Ticket?.Answer.TrySetResult(new Placement(default, -1, 0, RejectReason.NoReplicaReady));
        }
    }

    private async Task RunAsync()
    {
        ChannelReader<Message> inbox = _inbox.Reader;
        try
        {
            while (await inbox.WaitToReadAsync().ConfigureAwait(false))
            {
                while (inbox.TryRead(out Message message))
                {
                    Handle(message);
                }

                if (_dispatcher.NextDeadline <= _clock.Now)
                {
                    Tell(new DispatchInput { Kind = DispatchInputKind.TimePassed, Now = _clock.Next() });
                }

                SetAlarm();
                _heldRequests = _held.Count;
            }
        }
        finally
        {
            _inbox.Writer.TryComplete();
            foreach (Ticket ticket in _held.Values)
            {
                ticket.Answer.TrySetResult(new Placement(ticket.Request.Id, -1, 0, RejectReason.NoReplicaReady));
            }

            await RefuseTheRestAsync(inbox).ConfigureAwait(false);
            await _alarm.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task RefuseTheRestAsync(ChannelReader<Message> inbox)
    {
        await foreach (Message message in inbox.ReadAllAsync().ConfigureAwait(false))
        {
            message.Ticket?.Answer.TrySetResult(new Placement(default, -1, 0, RejectReason.NoReplicaReady));
        }
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
                Tell(new DispatchInput { Kind = DispatchInputKind.Ended, Now = now, Replica = message.Replica, ChargedTokens = message.Tokens });
                break;
            case MessageKind.Report:
                Tell(new DispatchInput { Kind = DispatchInputKind.Reported, Now = now, Report = message.Report with { TakenAt = now } });
                break;
            case MessageKind.Window:
                Tell(new DispatchInput { Kind = DispatchInputKind.Windowed, Now = now, Replica = message.Replica, WindowRequests = message.Window });
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
        Alarm,
        Reconfigure,
    }

    private readonly record struct Message(
        MessageKind Kind,
        Ticket? Ticket = null,
        int Replica = 0,
        int Tokens = 0,
        int? Window = null,
        ReplicaReport Report = default,
        DispatcherConfiguration? Configuration = null);
}
