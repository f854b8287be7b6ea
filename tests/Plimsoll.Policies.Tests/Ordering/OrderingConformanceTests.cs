using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Core;
using Plimsoll.Policies.Ordering;

namespace Plimsoll.Policies.Tests.Ordering;

/// <summary>What every ordering policy in the catalogue must satisfy.</summary>
public sealed class OrderingConformanceTests
{
    public static TheoryData<string> Names => [.. PolicyCatalog.Ordering.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_is_total(string name)
    {
        IOrderingPolicy policy = Create(name);
        Prop.ForAll<int>(seed =>
        {
            RandomStream random = new((ulong)seed);
            RequestView a = Any(0, ref random);
            RequestView b = Any(1, ref random);
            RequestView c = Any(2, ref random);
            int ab = Math.Sign(policy.Compare(a, b));
            int bc = Math.Sign(policy.Compare(b, c));
            bool onlyItselfIsEqual = policy.Compare(a, a) == 0 && ab != 0;
            bool antisymmetric = ab == -Math.Sign(policy.Compare(b, a));
            bool transitive = ab != bc || Math.Sign(policy.Compare(a, c)) == ab;
            return onlyItselfIsEqual && antisymmetric && transitive;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Undeclared_inputs_do_not_matter(string name)
    {
        Signals signals = EntryOf(name).Signals;
        IOrderingPolicy policy = Create(name);
        for (ulong seed = 0; seed < 500; seed++)
        {
            RandomStream random = new(seed);
            RequestView a = Any(0, ref random);
            RequestView b = Any(1, ref random);
            Assert.Equal(Math.Sign(policy.Compare(a, b)), Math.Sign(policy.Compare(Hide(signals, a), Hide(signals, b))));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_comparison_allocates_nothing(string name)
    {
        IOrderingPolicy policy = Create(name);
        Allocations.Expect(0, () => policy.Compare(new RequestView { Id = new(1) }, new RequestView { Id = new(2) }));
    }

    private static RequestView Any(long id, ref RandomStream random) => new()
    {
        Id = new RequestId(id),
        Arrival = new Instant(random.NextBelow(3)),
        Now = new Instant(10),
        PromptTokens = 1 + (int)random.NextBelow(3),
        SessionHash = random.NextUInt64(),
        TenantHash = (ulong)random.NextBelow(3),
        PredictedOutputTokens = (int)random.NextBelow(3),
        Priority = (int)random.NextBelow(3) - 1,
    };

    private static RequestView Hide(Signals declared, in RequestView request) => new()
    {
        Id = request.Id,
        Arrival = request.Arrival,
        Now = new Instant(99),
        PromptTokens = declared.HasFlag(Signals.Tokens) ? request.PromptTokens : 3 - request.PromptTokens,
        SessionHash = declared.HasFlag(Signals.Session) ? request.SessionHash : ~request.SessionHash,
        TenantHash = declared.HasFlag(Signals.Tenant) ? request.TenantHash : ~request.TenantHash,
        PredictedOutputTokens = declared.HasFlag(Signals.PredictedLength) ? request.PredictedOutputTokens : 3 - request.PredictedOutputTokens,
        Priority = declared.HasFlag(Signals.Priority) ? request.Priority : -request.Priority,
    };

    private static PolicyEntry<IOrderingPolicy> EntryOf(string name) => PolicyCatalog.Ordering.Entries.Single(entry => entry.Name == name);

    private static IOrderingPolicy Create(string name) => EntryOf(name).Create(PolicyArguments.Defaults);
}
