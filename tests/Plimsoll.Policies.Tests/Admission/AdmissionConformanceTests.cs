using Plimsoll.Core;
using Plimsoll.Policies.Admission;

namespace Plimsoll.Policies.Tests.Admission;

/// <summary>What every admission policy in the catalogue must satisfy.</summary>
public sealed class AdmissionConformanceTests
{
    public static TheoryData<string> Names => [.. PolicyCatalog.Admission.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_idle_fleet_accepts_a_short_request(string name) =>
        Assert.True(Create(name).Decide(new RequestView { PromptTokens = 1 }, new FleetView(1, 0, 0, 0, 0)).Accepted);

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_inputs_give_the_same_decision_and_undeclared_ones_do_not_matter(string name)
    {
        Signals signals = EntryOf(name).Signals;
        for (ulong seed = 0; seed < 500; seed++)
        {
            RandomStream random = new(seed);
            FleetView fleet = Any(ref random);
            FleetView other = Any(ref random) with { Replicas = fleet.Replicas };
            FleetView seen = Mix(signals, fleet, other);
            int prompt = (int)random.NextBelow(1_000_000);
            int otherPrompt = signals.HasFlag(Signals.Tokens) ? prompt : 7;

            AdmissionDecision decision = Create(name).Decide(new RequestView { PromptTokens = prompt }, fleet);
            Assert.Equal(decision, Create(name).Decide(new RequestView { PromptTokens = prompt }, fleet));
            Assert.Equal(
                decision,
                Create(name).Decide(new RequestView { PromptTokens = otherPrompt, SessionHash = seed, Priority = 3 }, seen));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_decision_allocates_nothing(string name)
    {
        IAdmissionPolicy policy = Create(name);
        FleetView fleet = new(4, 10, 20, 30, 40_000);
        Allocations.Expect(0, () => policy.Decide(new RequestView { PromptTokens = 100 }, fleet));
    }

    private static FleetView Any(ref RandomStream random) => new(
        1 + (int)random.NextBelow(4),
        (int)random.NextBelow(300),
        (int)random.NextBelow(300),
        (int)random.NextBelow(300),
        random.NextBelow(2_000_000));

    private static FleetView Mix(Signals declared, FleetView fleet, FleetView other)
    {
        FleetView queue = declared.HasFlag(Signals.Queue) ? fleet : other;
        FleetView tokens = declared.HasFlag(Signals.Tokens) ? fleet : other;
        return queue with { InFlightTokens = tokens.InFlightTokens };
    }

    private static PolicyEntry<IAdmissionPolicy> EntryOf(string name) => PolicyCatalog.Admission.Entries.Single(entry => entry.Name == name);

    private static IAdmissionPolicy Create(string name) => EntryOf(name).Create(PolicyArguments.Defaults);
}
