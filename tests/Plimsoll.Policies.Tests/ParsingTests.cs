using Plimsoll.Policies.Batching;
using Plimsoll.Policies.Routing;

namespace Plimsoll.Policies.Tests;

public sealed class ParsingTests
{
    [Theory]
    [InlineData("round-robin")]
    [InlineData("power-of-two:choices=3")]
    [InlineData("prefix-aware:guard=0,deviations=1.5")]
    public void What_is_read_is_written_back(string text)
    {
        PolicyChoice<IRoutingPolicy>? choice = PolicyCatalog.Routing.Parse(text, out IReadOnlyList<string> problems);

        Assert.Empty(problems);
        Assert.Equal(text, choice!.ToString());
    }

    [Fact]
    public void Values_are_written_in_one_way() =>
        Assert.Equal(
            "vllm:version=0.9,budget=512,async=false",
            PolicyCatalog.Batching.Parse("vllm:version=0.9.2,budget=0512,async=FALSE", out _)!.ToString());

    [Fact]
    public void Each_creation_is_a_new_policy()
    {
        PolicyChoice<IRoutingPolicy> choice = PolicyCatalog.Routing.Parse("round-robin", out _)!;

        Assert.NotSame(choice.Create(), choice.Create());
    }

    [Fact]
    public void The_default_of_a_family_is_its_first_entry()
    {
        Assert.Equal("always", PolicyCatalog.Admission.Default.ToString());
        Assert.Equal("fcfs", PolicyCatalog.Ordering.Default.ToString());
        Assert.Equal("round-robin", PolicyCatalog.Routing.Default.ToString());
        Assert.Equal("vllm", PolicyCatalog.Batching.Default.ToString());
    }

    [Fact]
    public void An_unknown_policy_brings_the_nearest_and_the_whole_family() =>
        Assert.Equal(
            "unknown ordering policy 'fcsf'; did you mean 'fcfs'? known: fcfs, priority, least-work, vtc",
            Assert.Single(ProblemsOf(PolicyCatalog.Ordering, "fcsf")));

    [Fact]
    public void A_policy_unlike_any_other_brings_no_guess() =>
        Assert.Equal(
            "unknown ordering policy 'quantum-annealing'; known: fcfs, priority, least-work, vtc",
            Assert.Single(ProblemsOf(PolicyCatalog.Ordering, "quantum-annealing")));

    [Fact]
    public void A_policy_of_another_family_is_recognised() =>
        Assert.StartsWith(
            "'sarathi' is one of the batching policies, not routing; known: round-robin, ",
            Assert.Single(ProblemsOf(PolicyCatalog.Routing, "sarathi:budget=512")),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("sarathi:budget=0", "sarathi: 'budget=0' is not valid: budget is an integer, from 1 (tokens), written budget=VALUE")]
    [InlineData("sarathi:budget=many", "sarathi: 'budget=many' is not valid: budget is an integer, from 1 (tokens), written budget=VALUE")]
    [InlineData("sarathi:budget=3e9", "sarathi: 'budget=3e9' is not valid: budget is an integer, from 1 (tokens), written budget=VALUE")]
    [InlineData("sarathi:budget", "sarathi: 'budget' is not valid: budget is an integer, from 1 (tokens), written budget=VALUE")]
    [InlineData("vllm:async=2", "vllm: 'async=2' is not valid: async is a switch, true or false, written async=VALUE")]
    [InlineData("vllm:version=0.8", "vllm: 'version=0.8' is not valid: version is a version, from 0.9 to 0.99, written version=VALUE")]
    [InlineData("vllm:version=latest", "vllm: 'version=latest' is not valid: version is a version, from 0.9 to 0.99, written version=VALUE")]
    [InlineData("sarathi:budgt=1", "sarathi: unknown option 'budgt'; did you mean 'budget'? known: budget, sequences")]
    [InlineData("sarathi:", "sarathi: unknown option ''; known: budget, sequences")]
    [InlineData("sarathi:budget=1,budget=2", "sarathi: option 'budget' is given twice")]
    public void A_wrong_option_is_explained(string text, string problem) =>
        Assert.Equal(problem, Assert.Single(ProblemsOf(PolicyCatalog.Batching, text)));

    [Theory]
    [InlineData("prefix-aware:guard=3000000000")]
    [InlineData("prefix-aware:deviations=NaN")]
    [InlineData("prefix-aware:deviations=-1")]
    [InlineData("prefix-aware:deviations=Infinity")]
    [InlineData("prefix-aware:guard=-1")]
    [InlineData("power-of-two:choices=1")]
    [InlineData("power-of-two:choices=17")]
    public void Numbers_out_of_range_are_refused(string text) => Assert.Single(ProblemsOf(PolicyCatalog.Routing, text));

    [Fact]
    public void A_policy_without_options_says_so() =>
        Assert.Equal(
            "random: unknown option 'seed'; it takes no options",
            Assert.Single(ProblemsOf(PolicyCatalog.Routing, "random:seed=1")));

    [Fact]
    public void Every_problem_is_reported() =>
        Assert.Equal(3, ProblemsOf(PolicyCatalog.Batching, "vllm:budget=0,nonsense=1,version=0.19,async=maybe").Count);

    [Fact]
    public void Versions_compare_by_number() => Assert.True(new EngineVersion(0, 9) < new EngineVersion(0, 19));

    private static IReadOnlyList<string> ProblemsOf<TPolicy>(PolicyFamily<TPolicy> family, string text)
        where TPolicy : class
    {
        Assert.Null(family.Parse(text, out IReadOnlyList<string> problems));
        return problems;
    }
}
