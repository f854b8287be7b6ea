namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// The load line of one replica: the arrival rate above which no policy keeps its queue bounded.
/// <para>
/// Every limit is a number of requests admitted a step, whatever a step costs: memory x = M/E[g], the token budget x = B/(m_p + m_d),
/// places x = N/E[resident steps]. The least of them binds, and the line is λ = x / b(x), with b the mean time of a step that admits x.
/// For a constant step these are μ = M/(b·E[g]) (Nie, Si, Zhou, arXiv:2605.04595, theorem 4.1) and B/(b·(m_p + m_d)) (Dai, Deng, Li, Peng,
/// arXiv:2504.07347); scheduling theory, sections 1.2 and 6.3.
/// </para>
/// </summary>
public sealed class LoadLineEstimate
{
    private LoadLineEstimate(RequestMoments moments, ReplicaLimits limits)
    {
        (Moments, Limits) = (moments, limits);
        double waste = (limits.BlockTokens - 1) / 2.0 * moments.ResidentSteps;
        OccupiedTokenSteps = moments.TokenSteps + waste;
        MemoryRequestsPerStep = double.IsInfinity(limits.KvTokens) ? double.PositiveInfinity
            : moments.Sharing is { } sharing ? sharing.RequestsPerStep(limits.KvTokens, OccupiedTokenSteps)
            : limits.KvTokens / OccupiedTokenSteps;
        ComputeRequestsPerStep = limits.TokenBudget / moments.ComputedTokens;
        SequenceRequestsPerStep = limits.MaxSequences / moments.ResidentSteps;
        RequestsPerStep = Math.Min(MemoryRequestsPerStep, Math.Min(ComputeRequestsPerStep, SequenceRequestsPerStep));
        Binding = MemoryRequestsPerStep == RequestsPerStep ? BindingLimit.Memory
            : ComputeRequestsPerStep == RequestsPerStep ? BindingLimit.Compute
            : BindingLimit.Sequences;
        StepSeconds = StepSecondsAt(RequestsPerStep);
    }

    /// <summary>The requests.</summary>
    public RequestMoments Moments { get; }

    /// <summary>The replica.</summary>
    public ReplicaLimits Limits { get; }

    /// <summary>The line, in requests per second: above it every policy is unstable.</summary>
    public double RequestsPerSecond => RequestsPerStep / StepSeconds;

    /// <summary>Requests admitted a step at the line.</summary>
    public double RequestsPerStep { get; }

    /// <summary>b: mean time of a step at the line, in seconds.</summary>
    public double StepSeconds { get; }

    /// <summary>What runs out first.</summary>
    public BindingLimit Binding { get; }

    /// <summary>The line if only memory were short, in requests per second; infinite without a memory limit.</summary>
    public double MemoryBound => RateAt(MemoryRequestsPerStep);

    /// <summary>The line if only the token budget were short, in requests per second; infinite without one.</summary>
    public double ComputeBound => RateAt(ComputeRequestsPerStep);

    /// <summary>The line if only places in the batch were short, in requests per second; infinite without a limit.</summary>
    public double SequenceBound => RateAt(SequenceRequestsPerStep);

    /// <summary>δ: the greatest share of memory that one request needs; 0 without a memory limit.</summary>
    public double MaxFraction => Moments.LongestTokens / Limits.KvTokens;

    /// <summary>
    /// Every work-conserving policy is stable below this rate, in requests per second: μ(1 − δ) where memory is short (theorem 4.2), the
    /// compute line where that is. 0 when a request may need all of memory.
    /// </summary>
    public double GuaranteedStableBelow
    {
        get
        {
            double memory = double.IsInfinity(MemoryRequestsPerStep) ? MemoryRequestsPerStep : MemoryRequestsPerStep * Math.Max(0, 1 - MaxFraction);
            double least = Math.Min(memory, Math.Min(ComputeRequestsPerStep, SequenceRequestsPerStep));
            return least > 0 ? RateAt(least) : 0;
        }
    }

    /// <summary>n: mean requests resident at the line, by Little's law x·E[(s − h)/c + o].</summary>
    public double ResidentRequests => RequestsPerStep * Moments.ResidentSteps;

    /// <summary>KV tokens held on average at the line, content that is shared counted once.</summary>
    public double ResidentTokens => HeldTokens(RequestsPerStep);

    /// <summary>
    /// The rate at which admission that reserves every request's peak saturates, in requests per second: at most
    /// M / E[(s + o)(⌈(s − h)/c⌉ + o)] requests a step. Source: scheduling theory, section 1.2.
    /// </summary>
    public double PeakReservationRate => RateAt(Math.Min(RequestsPerStep, Limits.KvTokens / Moments.ReservedTokenSteps));

    /// <summary>E[g] with the part of its last block that a request holds and does not use, in token·steps.</summary>
    public double OccupiedTokenSteps { get; }

    private double MemoryRequestsPerStep { get; }

    private double ComputeRequestsPerStep { get; }

    private double SequenceRequestsPerStep { get; }

    /// <summary>The load line.</summary>
    /// <param name="moments">The requests.</param>
    /// <param name="limits">The replica; at least one of its limits is finite.</param>
    /// <exception cref="ArgumentException">Nothing is limited.</exception>
    public static LoadLineEstimate Of(RequestMoments moments, ReplicaLimits limits)
    {
        bool limited = double.IsFinite(limits.KvTokens) || double.IsFinite(limits.TokenBudget) || double.IsFinite(limits.MaxSequences);
        return limited ? new LoadLineEstimate(moments, limits)
            : throw new ArgumentException("neither memory nor a step is limited: there is no load line", nameof(limits));
    }

    /// <summary>
    /// Requests admitted a step when they arrive at a rate: the x with x / b(x) = rate, the fixed point of steps that take longer the more
    /// they hold; infinite at or above the line.
    /// </summary>
    /// <param name="requestsPerSecond">From 0.</param>
    public double RequestsPerStepAt(double requestsPerSecond)
    {
        if (requestsPerSecond >= RequestsPerSecond)
        {
            return double.PositiveInfinity;
        }

        double low = 0;
        double high = RequestsPerStep;
        for (int halving = 0; halving < 40; halving++)
        {
            double middle = (low + high) / 2;
            (low, high) = middle < requestsPerSecond * StepSecondsAt(middle) ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>KV tokens held on average when x requests are admitted a step.</summary>
    public double HeldTokens(double requestsPerStep) =>
        (requestsPerStep * OccupiedTokenSteps) - (Moments.Sharing?.SavedTokens(requestsPerStep) ?? 0);

    /// <summary>Mean time of a step that admits x requests, in seconds.</summary>
    public double StepSecondsAt(double requestsPerStep) =>
        SaturatedStep.Seconds(Limits.StepTime, Moments, requestsPerStep, Limits.TokenBudget);

    /// <summary>Requests per second when x are admitted a step; infinite for infinitely many.</summary>
    public double RateAt(double requestsPerStep) =>
        double.IsInfinity(requestsPerStep) ? double.PositiveInfinity : requestsPerStep / StepSecondsAt(requestsPerStep);
}
