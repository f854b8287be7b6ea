using Plimsoll.Gateway.Observing.Live;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Dispatching;

/// <summary>The replicas that serve the same models, and their dispatcher: a request of one pool never waits for one of another.</summary>
internal sealed class ModelPool(string name, DispatchLoop loop, DecisionFeed decisions, PoolPredictor? lengths = null)
{
    /// <summary>The models, in order of name; empty for replicas that do not say what they serve.</summary>
    public string Name => name;

    /// <summary>Decides in which order and where requests go.</summary>
    public DispatchLoop Loop => loop;

    /// <summary>How long its answers will be; null where nobody guesses.</summary>
    public PoolPredictor? Lengths => lengths;

    /// <summary>How long its prompts are in tokens.</summary>
    public TokenRatio Ratio { get; } = new();

    /// <summary>What goes through it.</summary>
    public PoolTraffic Traffic { get; } = new();

    /// <summary>What its dispatcher decided.</summary>
    public DecisionFeed Decisions => decisions;
}
