using System.Numerics;
using Plimsoll.Core;

namespace Plimsoll.Policies.Batching.Waiting;

/// <summary>
/// WAIT: a step runs when enough newcomers of some type have gathered, and takes everybody who is inside along. Types are powers of two
/// of predicted output length.
/// </summary>
internal sealed class WaitGate(WaitSettings settings) : IStepGate
{
    private const int MostTypes = 32;

    private readonly RecentArrivals _arrivals = new(MostTypes);
    private readonly FluidType[] _types = new FluidType[MostTypes];
    private double _rate;
    private double _stagesPerSecond;

    /// <inheritdoc/>
    public Duration Patience => settings.Patience;

    /// <inheritdoc/>
    public int Types => MostTypes;

    /// <inheritdoc/>
    public ReadOnlySpan<int> Boundaries => default;

    /// <inheritdoc/>
    public int TypeOf(in QueuedRequest request) => BitOperations.Log2((uint)Math.Max(1, request.Prediction.Point));

    /// <inheritdoc/>
    public void Arrived(in QueuedRequest request, int type, Instant now)
    {
        _arrivals.Add(request, type, now);

        // Without a second arrival there is no rate, but there are shares.
        _rate = _arrivals.Count > 1 ? _arrivals.RatePerSecond : 1;
        _stagesPerSecond = 0;
        for (int i = 0; i < MostTypes; i++)
        {
            double share = (double)_arrivals.CountOf(i) / _arrivals.Count;
            double decodes = Math.Max(0, _arrivals.MeanOutputTokens(i) - 1);
            _types[i] = new FluidType(_rate * share, _arrivals.MeanPromptTokens(i), decodes);
            _stagesPerSecond += _types[i].RatePerSecond * _types[i].Stages;
        }
    }

    /// <inheritdoc/>
    public void Ended(RequestId id, int outputTokens)
    {
        // Predictions say enough.
    }

    /// <inheritdoc/>
    public StepPass Decide(in StepDemand demand, Span<int> newcomers)
    {
        double gathering = settings.GatheringSeconds(_types, _arrivals.Count, _stagesPerSecond, demand.KvTokens);
        if (settings.NeverWaits(_rate * gathering))
        {
            return StepPass.Everybody(newcomers);
        }

        int limit = Math.Min(WaitSettings.Whole(gathering * _stagesPerSecond), demand.MaxSequences);
        int room = Math.Max(0, limit - demand.Running);
        bool enough = demand.OutOfPatience || room == 0;
        for (int type = 0; type < MostTypes; type++)
        {
            int perStage = WaitSettings.Whole(_types[type].RatePerSecond * gathering);
            enough |= demand.Waiting[type] >= Math.Min(perStage, room);
            newcomers[type] = perStage;
        }

        return enough ? new StepPass(int.MaxValue, room, Lasts: true) : StepPass.Nobody(newcomers);
    }
}
