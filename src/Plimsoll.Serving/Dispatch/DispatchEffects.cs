using Plimsoll.Core;

namespace Plimsoll.Serving.Dispatch;

/// <summary>The list that the dispatcher fills and its host empties; reused, so that a decision allocates nothing.</summary>
public sealed class DispatchEffects
{
    private DispatchEffect[] _effects = new DispatchEffect[8];
    private int _count;

    /// <summary>What is to be done, in order.</summary>
    public ReadOnlySpan<DispatchEffect> All => _effects.AsSpan(0, _count);

    /// <summary>Everything has been done.</summary>
    public void Clear() => _count = 0;

    internal void Send(in InferenceRequest request, int replica, int chargedTokens)
    {
        ref DispatchEffect effect = ref Next();
        effect.Kind = DispatchEffectKind.Send;
        effect.Request = request;
        effect.Replica = replica;
        effect.ChargedTokens = chargedTokens;
        effect.Reason = RejectReason.None;
    }

    internal void Reject(in InferenceRequest request, RejectReason reason)
    {
        ref DispatchEffect effect = ref Next();
        effect.Kind = DispatchEffectKind.Reject;
        effect.Request = request;
        (effect.Replica, effect.ChargedTokens) = (0, 0);
        effect.Reason = reason;
    }

    private ref DispatchEffect Next()
    {
        if (_count == _effects.Length)
        {
            Array.Resize(ref _effects, _count * 2);
        }

        return ref _effects[_count++];
    }
}
