using Plimsoll.Policies.Routing;

namespace Plimsoll.Policies.Tests.Routing;

/// <summary>What every routing policy in the catalogue must satisfy.</summary>
public sealed class RoutingConformanceTests
{
    public static TheoryData<string> Names => [.. PolicyCatalog.Routing.Entries.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Choices_are_replicas_that_were_listed(string name) => RoutingConformance.ChoosesListedReplicas(EntryOf(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_inputs_and_dice_give_the_same_choices(string name) => RoutingConformance.Repeats(EntryOf(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_choice_allocates_nothing(string name) => RoutingConformance.AllocatesNothing(EntryOf(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Undeclared_signals_do_not_matter(string name) => RoutingConformance.IgnoresUndeclaredSignals(EntryOf(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Declared_signals_matter(string name) => RoutingConformance.ReadsDeclaredSignals(EntryOf(name));

    private static PolicyEntry<IRoutingPolicy> EntryOf(string name) => PolicyCatalog.Routing.Entries.Single(entry => entry.Name == name);
}
