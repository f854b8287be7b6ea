using Plimsoll.Core;

namespace Plimsoll.Policies.Admission;

/// <summary>Bounds the tokens of work in the fleet.</summary>
/// <remarks>
/// <para>Accepts if tokens in flight + this prompt ≤ tokens · replicas. Tokens in flight are those sent or queued and not yet ended.</para>
/// <para>
/// Signals: Tokens. They are the dispatcher's own book-keeping, so never stale; but they know nothing of other gateways in front of the
/// same engines. Outputs count only where a prediction exists.
/// </para>
/// <para>
/// A bad idea when prompts are short and outputs long and unpredicted: most of the memory is then taken by tokens that are not
/// counted. A prompt longer than the whole budget is refused even by an idle fleet.
/// </para>
/// <para>
/// Source: Little's law applied to memory: a fleet is full when the tokens it must hold fill its KV cache. The default is about what
/// an 8-billion-parameter model in 16 bits leaves on an 80 GiB GPU: (0.9 · 80 − 15) GiB at 128 KiB a token is 467,000 tokens.
/// </para>
/// </remarks>
/// <param name="tokens">Tokens for each replica, from 1.</param>
public sealed class TokenBudget(int tokens) : IAdmissionPolicy
{
    private static readonly PolicyOption<int> Tokens = new()
    {
        Name = "tokens",
        Unit = "tokens in flight per replica",
        Minimum = 1,
        Maximum = int.MaxValue,
        Fallback = 400_000,
        Meaning = "Refuse a request whose prompt would lift the tokens in flight above this many for each replica.",
    };

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IAdmissionPolicy> Entry { get; } = new()
    {
        Name = "token-budget",
        Summary = "Refuses a request whose prompt does not fit into what is left of a budget of tokens in flight.",
        BadIdea = "When outputs are long and not predicted: they take memory that this budget does not count.",
        Source = "Little's law applied to KV memory; the default is about what an 8B model in 16 bits leaves on an 80 GiB GPU.",
        Signals = Signals.Tokens,
        Options = [Tokens],
        Create = arguments => new TokenBudget(arguments.Of(Tokens)),
    };

    /// <inheritdoc/>
    public AdmissionDecision Decide(in RequestView request, in FleetView fleet) =>
        fleet.InFlightTokens + request.PromptTokens > (long)tokens * fleet.Replicas
            ? AdmissionDecision.Reject(RejectReason.TokenBudget)
            : AdmissionDecision.Accept;
}
