using System.Globalization;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Policies;
using Plimsoll.Policies.Admission;
using Plimsoll.Policies.Ordering;
using Plimsoll.Policies.Routing;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>Policies for a live fleet, as users write them; those that must see what a live fleet cannot show are refused.</summary>
internal static class LivePolicies
{
    /// <summary>Puts what is given over what applies without it.</summary>
    /// <param name="given">What applies without it.</param>
    /// <param name="admission">Admission policy, or null.</param>
    /// <param name="ordering">Ordering policy, or null.</param>
    /// <param name="routing">Routing policy, or null.</param>
    /// <param name="window">Requests in flight on each replica, or "none"; or null.</param>
    /// <param name="refuse">Takes what is wrong: which of the four, and a sentence.</param>
    public static DispatcherConfiguration Over(
        DispatcherConfiguration given, string? admission, string? ordering, string? routing, string? window, Action<string, string> refuse)
    {
        bool isCount = int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out int requests) && requests > 0;
        if (window is not null and not "none" && !isCount)
        {
            refuse("window", $"'{window}' is not a whole number from 1, or none");
        }

        return new DispatcherConfiguration(
            Choose<IAdmissionPolicy>(PolicyCatalog.Admission, admission, what => refuse("admission", what)) ?? given.Admission,
            Choose<IOrderingPolicy>(PolicyCatalog.Ordering, ordering, what => refuse("ordering", what)) ?? given.Ordering,
            Choose<IRoutingPolicy>(PolicyCatalog.Routing, routing, what => refuse("routing", what)) ?? given.Routing,
            window is null ? given.WindowRequests : isCount ? requests : null);
    }

    private static PolicyChoice<T>? Choose<T>(PolicyFamily<T> family, string? text, Action<string> refuse)
        where T : class
    {
        if (text is null)
        {
            return null;
        }

        PolicyChoice<T>? choice = family.Parse(text, out IReadOnlyList<string> problems);
        foreach (string problem in problems)
        {
            refuse(problem);
        }

        if (choice is not null && (choice.Entry.Signals & ~LiveSignals.Shown) is not Signals.None and Signals missing)
        {
            refuse($"{choice.Entry.Name} must see what no live fleet shows: {missing}");
        }

        return choice;
    }
}
