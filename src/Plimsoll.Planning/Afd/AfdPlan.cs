namespace Plimsoll.Planning.Afd;

/// <summary>
/// The best number of Attention instances to one FFN instance in closed form: with loads at their mean, with the barrier at which all
/// wait for the slowest, and with a given number of microbatches in flight.
/// </summary>
public sealed record AfdPlan
{
    private AfdPlan(AfdQuestion question, double meanLoad, MeanFieldOptimum meanField, MeanFieldOptimum? energy, AfdCurvePoint[] curve)
    {
        (Question, MeanLoad, MeanField, MeanFieldEnergy, Curve) = (question, meanLoad, meanField, energy, curve);
        MeanFieldBest = Best(point => point.MeanField.ThroughputPerInstance);
        BarrierAware = Best(point => point.BarrierAware.ThroughputPerInstance);
        Overlapped = Best(point => point.Overlapped.ThroughputPerInstance);
        BarrierAwareEnergy = energy is null ? null : Best(point => point.BarrierAware.TokensPerEnergy);
    }

    /// <summary>What was asked.</summary>
    public AfdQuestion Question { get; }

    /// <summary>KV tokens of a slot that mean-field theory reckons with: θ, or less within a horizon.</summary>
    public double MeanLoad { get; }

    /// <summary>The optimum over real ratios with loads at their mean.</summary>
    public MeanFieldOptimum MeanField { get; }

    /// <summary>The same for tokens per energy; null if no powers were given.</summary>
    public MeanFieldOptimum? MeanFieldEnergy { get; }

    /// <summary>Every whole ratio from 1 up to the greatest asked for.</summary>
    public IReadOnlyList<AfdCurvePoint> Curve { get; }

    /// <summary>The whole ratio of greatest mean-field throughput; of equals the least, here and below.</summary>
    public AfdCurvePoint MeanFieldBest { get; }

    /// <summary>The whole ratio of greatest throughput under the barrier.</summary>
    public AfdCurvePoint BarrierAware { get; }

    /// <summary>The whole ratio of greatest throughput with the microbatches asked for.</summary>
    public AfdCurvePoint Overlapped { get; }

    /// <summary>The whole ratio of most tokens per energy under the barrier; null if no powers were given.</summary>
    public AfdCurvePoint? BarrierAwareEnergy { get; }

    /// <summary>Answers a question.</summary>
    public static AfdPlan Of(AfdQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        AfdWorkload workload = question.Workload;
        double meanLoad = question.HorizonRequests is { } requests
            ? workload.MeanOver(workload.StepsFor(requests, question.Slots))
            : workload.Law.Mean;
        var longRun = new AfdModel(question.Costs, question.Slots, workload.Law.Mean, workload.Law.Deviation);
        AfdModel meanField = longRun with { MeanLoad = meanLoad };
        RolePowers powers = question.Powers ?? RolePowers.Equal;
        var curve = new AfdCurvePoint[question.MaxRatio];
        for (int i = 0; i < curve.Length; i++)
        {
            int ratio = i + 1;
            curve[i] = new AfdCurvePoint(
                ratio,
                longRun.FfnTime(ratio),
                longRun.CommunicationTime(ratio),
                Step(meanField, ratio, meanField.MeanFieldStep(ratio), powers),
                Step(longRun, ratio, longRun.BarrierStep(ratio), powers),
                Step(longRun, ratio, longRun.OverlappedStep(ratio, question.Microbatches), powers));
        }

        return new AfdPlan(
            question,
            meanLoad,
            MeanFieldOptimum.Of(meanField, RolePowers.Equal),
            question.Powers is { } given ? MeanFieldOptimum.Of(meanField, given) : null,
            curve);
    }

    private static AfdStep Step(AfdModel model, int ratio, double step, RolePowers powers) => new(
        step,
        model.ThroughputPerInstance(ratio, step),
        1 - (model.AttentionTime / step),
        1 - (model.FfnTime(ratio) / step),
        model.Objective(ratio, step, powers));

    private AfdCurvePoint Best(Func<AfdCurvePoint, double> value)
    {
        AfdCurvePoint best = Curve[0];
        foreach (AfdCurvePoint point in Curve)
        {
            best = value(point) > value(best) ? point : best;
        }

        return best;
    }
}
