using System.Buffers;
using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch.Log;

/// <summary>Feeds a log to a dispatcher and requires the same decisions.</summary>
public sealed class DecisionReplay
{
    private readonly DispatchEffects _effects = new();
    private readonly Dispatcher _dispatcher;
    private long _last;

    /// <summary>A replay that begins where a file of the log begins.</summary>
    /// <exception cref="FormatException">No dispatcher can have had the state it begins with.</exception>
    public DecisionReplay(DecisionLogHead head, DispatcherState state)
    {
        _last = head.After;
        try
        {
            _dispatcher = new Dispatcher(state);
        }
        catch (Exception wrong) when (wrong is ArgumentException or InvariantBrokenException)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    /// <summary>Decisions that were the same so far.</summary>
    public long Decisions { get; private set; }

    /// <summary>Number of the last event that was fed to it.</summary>
    public long LastEvent => _last;

    /// <summary>The state as it is now, for comparison with the beginning of the next file.</summary>
    public DispatcherState State => _dispatcher.Saved();

    /// <summary>Feeds the next event; null if the decisions are the same.</summary>
    /// <exception cref="FormatException">An event is missing, or cannot have come now.</exception>
    public DecisionDifference? Feed(DecisionEvent recorded)
    {
        if (recorded.Number != _last + 1)
        {
            throw new FormatException($"event {recorded.Number} follows event {_last}");
        }

        _last++;
        _effects.Clear();
        try
        {
            _dispatcher.Apply(recorded.Input, _effects);
        }
        catch (Exception wrong) when (wrong is ArgumentException or InvariantBrokenException or OverflowException)
        {
            throw new FormatException($"this cannot have happened: {wrong.Message}", wrong);
        }

        if (!AreSame(recorded.Effects, _effects.All))
        {
            return new DecisionDifference(InputOf(recorded), Said(recorded.Effects), Said(_effects.All));
        }

        Decisions += recorded.Effects.Length;
        return null;
    }

    private static bool AreSame(ReadOnlySpan<DispatchEffect> a, ReadOnlySpan<DispatchEffect> b)
    {
        bool same = a.Length == b.Length;
        for (int i = 0; same && i < a.Length; i++)
        {
            same = a[i].Kind == b[i].Kind && a[i].Request.Id == b[i].Request.Id && a[i].Replica == b[i].Replica
                && a[i].ChargedTokens == b[i].ChargedTokens && a[i].Reason == b[i].Reason;
        }

        return same;
    }

    private static string InputOf(DecisionEvent recorded)
    {
        using var writer = new DecisionWriter();
        var line = new ArrayBufferWriter<byte>();
        writer.Append(line, recorded with { Effects = [] });
        DecisionLine.TryRead(line.WrittenMemory[..^1], out ReadOnlyMemory<byte> json);
        return Encoding.UTF8.GetString(json.Span);
    }

    private static string Said(ReadOnlySpan<DispatchEffect> effects)
    {
        var text = new StringBuilder();
        foreach (ref readonly DispatchEffect effect in effects)
        {
            text.Append(text.Length == 0 ? "" : ", ").Append(effect.Kind == DispatchEffectKind.Send
                ? $"send {effect.Request.Id} to replica {effect.Replica} charged {effect.ChargedTokens}"
                : $"reject {effect.Request.Id} ({DecisionNames.Of(effect.Reason)})");
        }

        return text.Length == 0 ? "nothing" : text.ToString();
    }
}
