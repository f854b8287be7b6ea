using System.Globalization;
using Plimsoll.Gateway.Backends;
using Plimsoll.Policies;
using Plimsoll.Serving.Dispatch;

namespace Plimsoll.Gateway.Hosting;

/// <summary>Policies for a live fleet, as users write them; those that must see what a live fleet cannot show are refused.</summary>
public static class LivePolicies
{
    /// <summary>What a live fleet can show to a policy.</summary>
    internal const Signals Shown = Signals.Queue | Signals.Tokens | Signals.KvMemory | Signals.PrefixHits
        | Signals.Session | Signals.Deadline | Signals.Priority | Signals.Tenant;

    private const Signals Lengths = Signals.PredictedLength | Signals.LengthInterval | Signals.LengthClass;

    /// <summary>Puts what is given over what applies without it.</summary>
    /// <param name="given">What applies without it.</param>
    /// <param name="admission">Admission policy, or null.</param>
    /// <param name="ordering">Ordering policy, or null.</param>
    /// <param name="routing">Routing policy, or null.</param>
    /// <param name="window">Requests in flight on each replica, "adaptive" or "none"; or null.</param>
    /// <param name="predicted">What is predicted of lengths.</param>
    /// <param name="refuse">Takes what is wrong: which of the four, and a sentence.</param>
    public static ServingPolicies Over(
        ServingPolicies given,
        string? admission,
        string? ordering,
        string? routing,
        string? window,
        Signals predicted,
        Action<string, string> refuse)
    {
        bool isCount = int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out int requests) && requests > 0;
        if (window is not null and not "none" and not "adaptive" && !isCount)
        {
            refuse("window", $"'{window}' is not a whole number from 1, adaptive, or none");
        }

        Signals shown = Shown | predicted;
        var dispatch = new DispatcherConfiguration(
            Choose(PolicyCatalog.Admission, admission ?? given.Dispatch.Admission.ToString(), shown, what => refuse("admission", what))
                ?? given.Dispatch.Admission,
            Choose(PolicyCatalog.Ordering, ordering ?? given.Dispatch.Ordering.ToString(), shown, what => refuse("ordering", what))
                ?? given.Dispatch.Ordering,
            Choose(PolicyCatalog.Routing, routing ?? given.Dispatch.Routing.ToString(), shown, what => refuse("routing", what))
                ?? given.Dispatch.Routing,
            window switch
            {
                null => given.Dispatch.WindowRequests,
                "adaptive" => AdaptiveWindow.FirstRequests,
                _ => isCount ? requests : null,
            });
        return new ServingPolicies(dispatch, window is null ? given.AdaptsWindows : window == "adaptive");
    }

    private static PolicyChoice<T>? Choose<T>(PolicyFamily<T> family, string text, Signals shown, Action<string> refuse)
        where T : class
    {
        PolicyChoice<T>? choice = family.Parse(text, out IReadOnlyList<string> problems);
        foreach (string problem in problems)
        {
            refuse(problem);
        }

        if (choice is not null && (choice.Entry.Signals & ~shown) is not Signals.None and Signals missing)
        {
            refuse((missing & ~Lengths) == Signals.None
                ? $"{choice.Entry.Name} must know how long answers will be; add --predict learned (or predict: learned)"
                : $"{choice.Entry.Name} must see what no live fleet shows: {missing & ~Lengths}");
        }

        return choice;
    }
}
