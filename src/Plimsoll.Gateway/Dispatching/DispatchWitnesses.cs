using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>Two who see the same.</summary>
internal sealed class DispatchWitnesses : IDispatchWitness
{
    private readonly IDispatchWitness _first;
    private readonly IDispatchWitness _second;

    private DispatchWitnesses(IDispatchWitness first, IDispatchWitness second) => (_first, _second) = (first, second);

    /// <summary>Both of them, or the first alone.</summary>
    public static IDispatchWitness Both(IDispatchWitness first, IDispatchWitness? second) =>
        second is null ? first : new DispatchWitnesses(first, second);

    public void Saw(in DispatchInput input, ReadOnlySpan<DispatchEffect> effects)
    {
        _first.Saw(input, effects);
        _second.Saw(input, effects);
    }
}
