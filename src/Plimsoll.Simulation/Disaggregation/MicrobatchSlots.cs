using Plimsoll.Core;

namespace Plimsoll.Simulation.Disaggregation;

/// <summary>
/// The slots of one microbatch on all Attention instances. A step touches only the slots whose request ends in it: all others grow by
/// one token, so an instance's load grows by its slots. Every request has dice of its own, named by microbatch, instance, slot and number,
/// so that instances meet the same traffic whatever the ratio.
/// </summary>
internal sealed class MicrobatchSlots
{
    private const int None = -1;

    private readonly AfdScenario _scenario;
    private readonly ulong _seed;
    private readonly int _microbatch;
    private readonly long[] _loads;
    private readonly int[] _lastTokens;
    private readonly int[] _served;
    private readonly int[] _next;
    private readonly int[] _endingIn;

    public MicrobatchSlots(AfdScenario scenario, int microbatch, ulong seed)
    {
        (_scenario, _microbatch, _seed) = (scenario, microbatch, seed);
        int slots = checked(scenario.Ratio * scenario.SlotsPerInstance);
        _loads = new long[scenario.Ratio];
        _lastTokens = new int[slots];
        _served = new int[slots];
        _next = new int[slots];
        _endingIn = new int[scenario.Steps];
        Array.Fill(_endingIn, None);
        for (int slot = 0; slot < slots; slot++)
        {
            SlotRequest request = Draw(slot);
            _loads[slot / scenario.SlotsPerInstance] += (long)request.PromptTokens + request.Age;
            Enter(slot, request, step: 0);
        }
    }

    /// <summary>KV tokens of each Attention instance in the step to come.</summary>
    public ReadOnlySpan<long> Loads => _loads;

    /// <summary>Requests that ended.</summary>
    public long Completions { get; private set; }

    /// <summary>Every slot gets the token of this step; those whose request ended begin another.</summary>
    public void Advance(int step)
    {
        for (int instance = 0; instance < _loads.Length; instance++)
        {
            _loads[instance] += _scenario.SlotsPerInstance;
        }

        for (int slot = _endingIn[step]; slot != None;)
        {
            int following = _next[slot];
            Completions++;
            _served[slot]++;
            int ended = _lastTokens[slot];
            SlotRequest request = Draw(slot);
            _loads[slot / _scenario.SlotsPerInstance] += request.PromptTokens - (ended + 1L);
            Enter(slot, request, step + 1);
            slot = following;
        }
    }

    private void Enter(int slot, SlotRequest request, int step)
    {
        _lastTokens[slot] = request.PromptTokens + (request.OutputTokens - 1);
        long last = (long)step + (request.OutputTokens - request.Age) - 1;
        if (last < _endingIn.Length)
        {
            _next[slot] = _endingIn[last];
            _endingIn[last] = slot;
        }
    }

    private SlotRequest Draw(int slot)
    {
        (int instance, int place) = Math.DivRem(slot, _scenario.SlotsPerInstance);
        ulong name = ((ulong)instance << 32) | (uint)place;
        var random = new RandomStream(StableHash.Combine(_seed, StableHash.Combine((ulong)_microbatch, name), (ulong)_served[slot]));
        return _served[slot] == 0 && _scenario.Start == AfdStart.Stationary
            ? _scenario.Traffic.Found(ref random)
            : _scenario.Traffic.Fresh(ref random);
    }
}
