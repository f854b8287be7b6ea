using Plimsoll.Core;

namespace Plimsoll.Simulation.Disaggregation;

/// <summary>
/// Decode with Attention and FFN apart, step by step. In each step of a microbatch every Attention instance reads the KV tokens of its
/// slots, the slowest of them and the way there hold up the FFN, and the way back ends the step; instances serve microbatches in turn.
/// Time and cost are those of <see cref="AfdTicks"/>, so equal seeds give equal runs to the last bit.
/// <para>
/// Takes time per step and instance and per request, not per slot and step. Source: the simulator reconstructed in scheduling theory,
/// section 2.4.
/// </para>
/// </summary>
public static class AfdSimulation
{
    private const int StepsBetweenQuestions = 1024;

    /// <summary>Runs it to its end.</summary>
    /// <param name="scenario">What to run.</param>
    /// <param name="random">All randomness; Attention instances of the same number meet the same requests under any ratio.</param>
    /// <param name="mustStop">Asked now and then; null if nobody wants to stop it.</param>
    /// <returns>What came of it, or null if it was stopped.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number of the scenario is below 1, or its steps take no time.</exception>
    /// <exception cref="OverflowException">Loads were so far above the expected ones that the clock ran out.</exception>
    public static AfdOutcome? Execute(AfdScenario scenario, RandomTree random, Func<bool>? mustStop = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentOutOfRangeException.ThrowIfLessThan(scenario.Ratio, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scenario.SlotsPerInstance, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scenario.Microbatches, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scenario.Steps, 1);
        var run = new Run(scenario, StableHash.Combine(random.Seed, StableHash.Of("attention slots")));
        for (int step = 0; step < scenario.Steps; step++)
        {
            if (step % StepsBetweenQuestions == 0 && mustStop?.Invoke() == true)
            {
                return null;
            }

            run.Step(step);
        }

        return run.Outcome();
    }

    private sealed class Run
    {
        private readonly AfdScenario _scenario;
        private readonly AfdTicks _ticks;
        private readonly MicrobatchSlots[] _slots;
        private readonly long[] _back;
        private readonly long[] _attentionFree;
        private long _ffnFree;
        private Int128 _attentionTicks;
        private long _ffnTicks;
        private long _loadTokenSteps;
        private ulong _digest;

        public Run(AfdScenario scenario, ulong seed)
        {
            _scenario = scenario;
            _ticks = new AfdTicks(scenario);
            _back = new long[scenario.Microbatches];
            _attentionFree = new long[scenario.Ratio];
            _slots = new MicrobatchSlots[scenario.Microbatches];
            for (int microbatch = 0; microbatch < _slots.Length; microbatch++)
            {
                _slots[microbatch] = new MicrobatchSlots(scenario, microbatch, seed);
            }
        }

        public void Step(int step)
        {
            for (int microbatch = 0; microbatch < _slots.Length; microbatch++)
            {
                MicrobatchSlots slots = _slots[microbatch];
                long arrived = checked(Attention(slots.Loads, _back[microbatch]) + _ticks.OneWay);
                _ffnFree = checked(Math.Max(_ffnFree, arrived) + _ticks.Ffn);
                _ffnTicks = checked(_ffnTicks + _ticks.Ffn);
                _back[microbatch] = checked(_ffnFree + _ticks.OneWay);
                _digest = StableHash.Combine(_digest, (ulong)_back[microbatch]);
                slots.Advance(step);
            }
        }

        public AfdOutcome Outcome() => new()
        {
            Ratio = _scenario.Ratio,
            Tokens = (long)_scenario.Steps * _scenario.Microbatches * _scenario.Ratio * _scenario.SlotsPerInstance,
            Completions = _slots.Sum(slots => slots.Completions),
            LoadTokenSteps = _loadTokenSteps,
            EndTicks = _back[^1],
            AttentionTicks = _attentionTicks,
            FfnTicks = _ffnTicks,
            TicksPerUnit = _ticks.PerUnit,
            Digest = _digest,
        };

        /// <summary>When the slowest instance is through.</summary>
        private long Attention(ReadOnlySpan<long> loads, long ready)
        {
            long slowest = 0;
            for (int instance = 0; instance < loads.Length; instance++)
            {
                long time = checked((loads[instance] * _ticks.AttentionPerToken) + _ticks.AttentionFixed);
                long end = checked(Math.Max(_attentionFree[instance], ready) + time);
                _attentionFree[instance] = end;
                _attentionTicks += time;
                _loadTokenSteps += loads[instance];
                slowest = Math.Max(slowest, end);
            }

            return slowest;
        }
    }
}
