using Plimsoll.Core;

namespace Plimsoll.Policies.Balancing;

/// <summary>BalanceRoute with a look ahead: its score summed over the steps to come, with running requests that are expected to end.</summary>
/// <remarks>
/// <para>
/// F = Σ γ^h (α Δ − β (Δ − m(h))⁺) for Δ tokens on a worker that is m(h) below the greatest load in h steps; dispatched by
/// <see cref="RouteDispatch"/>. A running request ends after ĉ steps, the mean of what is left of it within the horizon: learned from finished
/// requests (<see cref="LearnedEnds"/>), from the last prompt of the same length, or given with the request. New requests stay.
/// </para>
/// <para>
/// Signals: Queue for free slots, Tokens; PredictedLength only with predictor=given, where a request without a prediction stays. What it learns
/// may be old when traffic changes: all finished requests count alike.
/// </para>
/// <para>A bad idea when outputs do not repeat and have no typical length: then all are expected to stay, and it is br-0.</para>
/// <para>Source: BalanceRoute, arXiv:2605.06113, BR-H (scheduling theory, section 3.6); its two stages are our reading.</para>
/// </remarks>
public sealed class BalanceRouteH : IBalancingPolicy
{
    private static readonly PolicyOption<int> Horizon = BalanceOptions.Horizon(80, "Steps looked ahead.");
    private static readonly PolicyOption<double> Alpha = BalanceOptions.Alpha;
    private static readonly PolicyOption<double> Gamma = BalanceOptions.Decay(0.98, "gamma");

    private static readonly PolicyOption<double> Beta = new()
    {
        Name = "beta",
        Unit = "none",
        Minimum = 0,
        Maximum = 1e6,
        DefaultRule = "the number of workers",
        Meaning = "Penalty for each token beyond a margin, against alpha for each token placed.",
    };

    private static readonly PolicyOption<OutputPredictor> Predictor = new()
    {
        Name = "predictor",
        Unit = "none",
        Minimum = OutputPredictor.Survival,
        Maximum = OutputPredictor.Given,
        Fallback = OutputPredictor.Given,
        Meaning = "How it believes to know when a running request ends: from finished ones, from the last prompt as long, or as given.",
    };

    private readonly LoadProjection _projection;
    private readonly MarginScore _score;
    private readonly RouteDispatch _dispatch;
    private readonly LearnedEnds _ends;
    private readonly Dictionary<int, int> _outputs = [];
    private readonly OutputPredictor _predictor;
    private readonly double? _beta;

    /// <param name="arguments">What the user said.</param>
    public BalanceRouteH(PolicyArguments arguments)
    {
        int horizon = arguments.Of(Horizon);
        _predictor = arguments.Of(Predictor);
        _beta = arguments.Given(Beta);
        _projection = new LoadProjection(horizon);
        _score = new MarginScore(horizon, arguments.Of(Alpha), _beta ?? 1, arguments.Of(Gamma));
        _dispatch = new RouteDispatch(_score);
        _ends = new LearnedEnds(horizon);
    }

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IBalancingPolicy> Entry { get; } = new()
    {
        Name = "br-h",
        Summary = "The score of br-0 summed over the steps to come, with running requests that are expected to end.",
        BadIdea = "When outputs do not repeat and have no typical length: then all are expected to stay, and it is br-0.",
        Source = "BalanceRoute, arXiv:2605.06113, BR-H; how its two stages dispatch is our reading.",
        Signals = Signals.Queue | Signals.Tokens | Signals.PredictedLength,
        Options = [Horizon, Alpha, Beta, Gamma, Predictor],
        Create = arguments => new BalanceRouteH(arguments),
    };

    /// <inheritdoc/>
    public void Assign(in GroupView group, Placements placements, ref RandomStream random)
    {
        if (_predictor == OutputPredictor.Given)
        {
            _projection.Load(group);
        }
        else
        {
            _ends.Refresh();
            if (_predictor == OutputPredictor.Survival)
            {
                _projection.Load(group, new SurvivalSteps(_ends));
            }
            else
            {
                _projection.Load(group, new ExactMatchSteps(_outputs, _ends));
            }
        }

        _score.Beta = _beta ?? group.Workers.Length;
        _dispatch.Run(group, _projection, placements);
    }

    /// <inheritdoc/>
    public void Learn(int promptTokens, int outputTokens)
    {
        if (_predictor != OutputPredictor.Given)
        {
            _ends.Learn(outputTokens);
            _outputs[promptTokens] = outputTokens;
        }
    }
}
