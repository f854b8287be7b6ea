using Plimsoll.Policies;

namespace Plimsoll.Cli.Setup;

/// <summary>One thing to compare: a fleet with one or more of its policies replaced.</summary>
/// <param name="Name">As the user wrote it.</param>
/// <param name="Fleet">The fleet with these policies.</param>
internal sealed record PolicyVariant(string Name, Fleet Fleet)
{
    /// <summary>
    /// Reads <c>a,b,c</c>: each part is a policy of any family, or several joined by +, as in <c>sarathi:budget=512+least-requests</c>. A
    /// part without a name of its own (<c>chunk=64</c>) continues the options of the part before it.
    /// </summary>
    public static IReadOnlyList<PolicyVariant> ParseAll(string text, Fleet fleet, InputProblems problems)
    {
        IReadOnlyList<string> names = PolicyNames.Split(text);
        foreach (string twice in names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            problems.Add("--policies", $"'{twice}' is given twice");
        }

        return [.. names.Select(name => new PolicyVariant(name, name.Split('+').Aggregate(fleet, (changed, policy) => Change(changed, policy, problems))))];
    }

    // A name that stands in two families means the engine's.
    private static IEnumerable<PolicyFamily> Families => PolicyCatalog.Families.OrderBy(family => family != PolicyCatalog.Batching);

    private static Fleet Change(Fleet fleet, string policy, InputProblems problems)
    {
        string name = policy.Split(':')[0];
        PolicyFamily? family = Families.FirstOrDefault(candidate => candidate.Policies.Any(entry => entry.Name == name));
        IReadOnlyList<string> found = [];
        Fleet changed = family switch
        {
            _ when family == PolicyCatalog.Batching => fleet with { Batching = PolicyCatalog.Batching.Parse(policy, out found) ?? fleet.Batching },
            _ when family == PolicyCatalog.Routing => fleet with { Routing = PolicyCatalog.Routing.Parse(policy, out found) ?? fleet.Routing },
            _ when family == PolicyCatalog.Admission => fleet with { Admission = PolicyCatalog.Admission.Parse(policy, out found) ?? fleet.Admission },
            _ when family == PolicyCatalog.Ordering => fleet with { Ordering = PolicyCatalog.Ordering.Parse(policy, out found) ?? fleet.Ordering },
            _ => fleet,
        };
        if (family is null)
        {
            string known = string.Join(", ", PolicyCatalog.Families.SelectMany(each => each.Policies).Select(entry => entry.Name));
            problems.Add("--policies", $"there is no policy '{name}'; known: {known}");
        }

        if (family == PolicyCatalog.Balancing)
        {
            problems.Add("--policies", $"{name} balances a barrier group; add --topology barrier");
        }

        foreach (string problem in found)
        {
            problems.Add("--policies", problem);
        }

        return changed;
    }
}
