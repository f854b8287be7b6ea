using Plimsoll.Core;

namespace Plimsoll.Policies.Batching.Waiting;

/// <summary>
/// Nested WAIT: outputs are unknown, so that a request passes through segments of stages, and each segment waits until enough have
/// gathered at its entry. Segments run in order up to the first in which too few have; the others pause.
/// </summary>
internal sealed class NestedWaitGate(WaitSettings settings, int segments) : IStepGate
{
    private readonly RecentArrivals _arrivals = new(types: 1);
    private readonly EndsByArrival _ends = new();
    private readonly OutputSegments _outputs = new(segments);
    private readonly FluidType[] _types = new FluidType[segments];
    private double _rate;
    private double _stagesPerSecond;

    /// <inheritdoc/>
    public Duration Patience => settings.Patience;

    /// <inheritdoc/>
    public int Types => 1;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Boundaries => _outputs.Boundaries;

    /// <inheritdoc/>
    public int TypeOf(in QueuedRequest request) => 0;

    /// <inheritdoc/>
    public void Arrived(in QueuedRequest request, int type, Instant now)
    {
        _arrivals.Add(request, type, now);
        _ends.Arrived(request.Id);
        Reckon();
    }

    /// <inheritdoc/>
    public void Ended(RequestId id, int outputTokens)
    {
        _ends.Ended(id, outputTokens);
        while (_ends.TryTake(out int next))
        {
            _outputs.Add(next);
        }

        Reckon();
    }

    /// <inheritdoc/>
    public StepPass Decide(in StepDemand demand, Span<int> newcomers)
    {
        int known = Math.Min(_arrivals.Count, _outputs.Remembered);
        double gathering = settings.GatheringSeconds(_types.AsSpan(0, _outputs.Count), known, _stagesPerSecond, demand.KvTokens);
        double threshold = _rate * gathering;
        if (settings.NeverWaits(threshold))
        {
            return StepPass.Everybody(newcomers);
        }

        if (_outputs.Count == 0)
        {
            return StepPass.Everybody(newcomers) with { Newcomers = Math.Max(0, settings.Limit - demand.Running) };
        }

        int limit = Math.Min(WaitSettings.Whole(gathering * _stagesPerSecond), demand.MaxSequences);
        int room = Math.Max(0, limit - demand.Running);
        newcomers[0] = WaitSettings.Whole(threshold);
        if (demand.OutOfPatience || room == 0)
        {
            return new(int.MaxValue, room, Lasts: true);
        }

        if (demand.Waiting[0] < Math.Min(newcomers[0], room))
        {
            return StepPass.Nobody(newcomers);
        }

        bool lasts = true;
        for (int segment = 1; segment < _outputs.Count; segment++)
        {
            int perStage = settings.EntryThreshold(threshold * _outputs.Alive(segment));
            lasts &= perStage == 0;
            if (demand.AtBoundary[segment - 1] < Math.Min(perStage, room))
            {
                return new(_outputs.Boundaries[segment - 1], room, Lasts: false);
            }
        }

        return new(int.MaxValue, room, lasts);
    }

    // Those who end in a segment are a type; the limit counts a stage for everybody who enters its segment.
    private void Reckon()
    {
        // Without a second arrival there is no rate, but there are shares.
        _rate = _arrivals.Count > 1 ? _arrivals.RatePerSecond : 1;
        _stagesPerSecond = 0;
        for (int segment = 0; segment < _outputs.Count; segment++)
        {
            double decodes = _outputs.MeanOutputTokens(segment) - 1;
            _types[segment] = new FluidType(_rate * _outputs.EndsIn(segment), _arrivals.MeanPromptTokens(0), decodes);
            _stagesPerSecond += _rate * _outputs.Alive(segment) * _outputs.Stages(segment);
        }
    }
}
