using Plimsoll.Policies.Admission;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Batching.Theory;
using Plimsoll.Policies.Ordering;
using Plimsoll.Policies.Routing;

namespace Plimsoll.Policies;

/// <summary>
/// Every policy there is, by family. The command line's help, the documentation pages and the conformance tests are made from it:
/// a policy that is not listed here does not exist.
/// </summary>
public static class PolicyCatalog
{
    /// <summary>Stage 3.</summary>
    public static PolicyFamily<IAdmissionPolicy> Admission { get; } = new()
    {
        Name = "admission",
        Question = "May this request enter now?",
        Entries =
        [
            AlwaysAdmit.Entry,
            QueueLimit.Entry,
            TokenBudget.Entry,
        ],
    };

    /// <summary>Stage 4.</summary>
    public static PolicyFamily<IOrderingPolicy> Ordering { get; } = new()
    {
        Name = "ordering",
        Question = "Which waiting request is served first?",
        Entries =
        [
            FirstCome.Entry,
            PriorityFirst.Entry,
            LeastWorkFirst.Entry,
            VirtualTokenCounter.Entry,
        ],
    };

    /// <summary>Stage 5.</summary>
    public static PolicyFamily<IRoutingPolicy> Routing { get; } = new()
    {
        Name = "routing",
        Question = "Which replica takes this request?",
        Entries =
        [
            RoundRobin.Entry,
            UniformRandom.Entry,
            PowerOfTwoChoices.Entry,
            LeastRequests.Entry,
            LeastTokens.Entry,
            LeastKv.Entry,
            PrefixAware.Entry,
            SessionAffinity.Entry,
        ],
    };

    /// <summary>Stage 6.</summary>
    public static PolicyFamily<IBatchingPolicy> Batching { get; } = new()
    {
        Name = "batching",
        Question = "Which tokens run in the next step?",
        Entries =
        [
            VllmBatching.Entry,
            VllmV0Batching.Entry,
            StaticBatching.Entry,
            OrcaBatching.Entry,
            SarathiBatching.Entry,
            ShortestPrefill.Entry,
            Las.Entry,
            FcfsLookAhead.Entry,
            ShortestFirst.Entry,
            McSf.Entry,
            McBenchmark.Entry,
            AlphaGreedy.Entry,
            AlphaBetaClearing.Entry,
            AMax.Entry,
            AMin.Entry,
            SortedFPolicy.Entry,
            SortedFDp.Entry,
            SortedFSwap.Entry,
            SortedFQuantile.Entry,
            SortedLp.Entry,
            LpSwap.Entry,
            Svf.Entry,
            Wait.Entry,
            NestedWait.Entry,
        ],
    };

    /// <summary>Stage 5 of a barrier group, whose workers step together.</summary>
    public static PolicyFamily<IBalancingPolicy> Balancing { get; } = new()
    {
        Name = "balancing",
        Question = "Which waiting requests join which workers of a barrier group?",
        Entries =
        [
            FcfsFill.Entry,
            RoundRobinSlots.Entry,
            RandomSlots.Entry,
            TwoChoicesByTokens.Entry,
            FewestRequests.Entry,
            FewestTokens.Entry,
            VllmDataParallel.Entry,
            BfIo.Entry,
            BfIoExact.Entry,
            BalanceRoute0.Entry,
            BalanceRouteH.Entry,
            EvenKeel.Entry,
        ],
    };

    /// <summary>Every family, in the order of a request's path.</summary>
    public static IReadOnlyList<PolicyFamily> Families { get; } = [Admission, Ordering, Routing, Balancing, Batching];
}
