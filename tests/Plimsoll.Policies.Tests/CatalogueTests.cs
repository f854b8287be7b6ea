using System.Text.RegularExpressions;
using Plimsoll.Policies.Admission;
using Plimsoll.Policies.Balancing;
using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Ordering;
using Plimsoll.Policies.Routing;

namespace Plimsoll.Policies.Tests;

public sealed partial class CatalogueTests
{
    public static TheoryData<string, string> Names =>
        [.. PolicyCatalog.Families.SelectMany(family => family.Policies.Select(entry => (family.Name, entry.Name)))];

    [Fact]
    public void Every_policy_class_is_listed_exactly_once()
    {
        Type[] families = [typeof(IAdmissionPolicy), typeof(IOrderingPolicy), typeof(IRoutingPolicy), typeof(IBalancingPolicy), typeof(IBatchingPolicy)];
        IEnumerable<string> written = typeof(PolicyCatalog).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && families.Any(family => family.IsAssignableFrom(type)))
            .Select(type => type.Name);
        IEnumerable<string> listed = Listed(PolicyCatalog.Admission)
            .Concat(Listed(PolicyCatalog.Ordering))
            .Concat(Listed(PolicyCatalog.Routing))
            .Concat(Listed(PolicyCatalog.Balancing))
            .Concat(Listed(PolicyCatalog.Batching));

        Assert.Equal(written.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_name_is_used_twice_in_a_family() => Assert.Distinct(Names.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_are_in_kebab_case(string family, string name)
    {
        Assert.Matches(KebabCase(), name);
        Assert.All(EntryOf(family, name).Options, option => Assert.Matches(KebabCase(), option.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Everything_is_explained(string family, string name)
    {
        PolicyEntry entry = EntryOf(family, name);
        Assert.EndsWith(".", entry.Summary, StringComparison.Ordinal);
        Assert.EndsWith(".", entry.BadIdea, StringComparison.Ordinal);
        Assert.EndsWith(".", entry.Source, StringComparison.Ordinal);
        Assert.All(entry.Options, option =>
        {
            Assert.EndsWith(".", option.Meaning, StringComparison.Ordinal);
            Assert.NotEmpty(option.Unit);
            Assert.NotEmpty(option.Range);
            Assert.NotEmpty(option.Default);
        });
    }

    [Fact]
    public void Fixed_defaults_can_be_written_out()
    {
        RequireReadableDefaults(PolicyCatalog.Admission);
        RequireReadableDefaults(PolicyCatalog.Ordering);
        RequireReadableDefaults(PolicyCatalog.Routing);
        RequireReadableDefaults(PolicyCatalog.Balancing);
        RequireReadableDefaults(PolicyCatalog.Batching);
    }

    private static void RequireReadableDefaults<TPolicy>(PolicyFamily<TPolicy> family)
        where TPolicy : class
    {
        foreach (PolicyEntry entry in family.Entries)
        {
            foreach (PolicyOption option in entry.Options.Where(option => !option.Default.Contains(' ', StringComparison.Ordinal)))
            {
                string text = $"{entry.Name}:{option.Name}={option.Default}";
                Assert.Equal(text, family.Parse(text, out _)?.ToString());
            }
        }
    }

    private static IEnumerable<string> Listed<TPolicy>(PolicyFamily<TPolicy> family)
        where TPolicy : class => family.Entries.Select(entry => entry.Create(PolicyArguments.Defaults).GetType().Name);

    private static PolicyEntry EntryOf(string family, string name) =>
        PolicyCatalog.Families.Single(candidate => candidate.Name == family).Policies.Single(entry => entry.Name == name);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();
}
