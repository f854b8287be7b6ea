using System.Threading.Channels;

namespace Plimsoll.Gateway.Emulation;

/// <summary>One request of a client: its sequences, and what the engine says of them, in order.</summary>
/// <param name="priority">Lower goes first, where the engine has an order for it.</param>
internal sealed class EmulatedCall(int priority = 0)
{
    private readonly Channel<EmulatedEvent> _events = Channel.CreateUnbounded<EmulatedEvent>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    public int Priority => priority;

    public IReadOnlyList<EmulatedSequence> Sequences { get; set; } = [];

    public ChannelReader<EmulatedEvent> Events => _events.Reader;

    /// <summary>Sequences that have not ended; nothing comes after the last end.</summary>
    public int Open { get; set; }

    public void Tell(in EmulatedEvent told) => _events.Writer.TryWrite(told);

    public void Close() => _events.Writer.TryComplete();
}
