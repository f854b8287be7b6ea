using Plimsoll.Core;

namespace Plimsoll.Policies.Ordering;

/// <summary>The tenant that has been served least goes first; within a tenant by arrival, then request id.</summary>
/// <remarks>
/// <para>
/// Each tenant i has a counter: c_i grows by w_p · prompt tokens when a request of it is sent, and by w_q · output tokens. Those are known
/// at the end; what is predicted is charged at once and corrected then. A tenant that comes back to the queue is lifted, so that it saves
/// up nothing while it is away: to the least counter of those who wait, or, if nobody waits, to that of the tenant who left the queue last.
/// </para>
/// <para>
/// Signals: Tenant, from the request, and Tokens. Requests that name no tenant are one tenant together. Beyond
/// <see cref="MostTenants"/> counters, those of tenants who do not wait are forgotten, the least served first: they would be lifted anyhow.
/// </para>
/// <para>A bad idea when tenants are not meant to be equal, or when anybody can name himself a new tenant with each request.</para>
/// <para>
/// Source: Y. Sheng et al., Fairness in Serving Large Language Models, OSDI 2024 (VTC), with the weights 1 and 2 used there.
/// </para>
/// </remarks>
/// <param name="inputWeight">Cost of a prompt token, from 0.</param>
/// <param name="outputWeight">Cost of an output token, from 0.</param>
public sealed class VirtualTokenCounter(int inputWeight = 1, int outputWeight = 2) : IFairOrdering
{
    /// <summary>Counters kept before idle ones are forgotten.</summary>
    public const int MostTenants = 4096;

    private static readonly PolicyOption<int> Input = new()
    {
        Name = "input",
        Unit = "cost per prompt token",
        Minimum = 0,
        Maximum = 1000,
        Fallback = 1,
        Meaning = "What a prompt token costs.",
    };

    private static readonly PolicyOption<int> Output = new()
    {
        Name = "output",
        Unit = "cost per output token",
        Minimum = 0,
        Maximum = 1000,
        Fallback = 2,
        Meaning = "What an output token costs.",
    };

    private readonly Dictionary<ulong, long> _counters = [];
    private readonly List<ulong> _waiting = [];
    private ulong _lastLeft;

    /// <summary>What the catalogue says.</summary>
    public static PolicyEntry<IOrderingPolicy> Entry { get; } = new()
    {
        Name = "vtc",
        Summary = "Serves the tenant first that has had the fewest weighted tokens (virtual token counter).",
        BadIdea = "When tenants are not meant to be equal, or anybody can name himself a new tenant with each request.",
        Source = "Y. Sheng et al., Fairness in Serving Large Language Models, OSDI 2024.",
        Signals = Signals.Tenant | Signals.Tokens,
        Options = [Input, Output],
        Create = arguments => new VirtualTokenCounter(arguments.Of(Input), arguments.Of(Output)),
    };

    /// <inheritdoc/>
    public int Compare(in RequestView first, in RequestView second)
    {
        int served = first.TenantHash == second.TenantHash ? 0 : CounterOf(first.TenantHash).CompareTo(CounterOf(second.TenantHash));
        return served != 0 ? served : FirstCome.ByArrival(first, second);
    }

    /// <summary>Weighted tokens that a tenant has had, as far as is remembered.</summary>
    public long CounterOf(ulong tenant) => _counters.GetValueOrDefault(tenant);

    /// <inheritdoc/>
    public void Joined(ulong tenant)
    {
        long floor = _waiting.Count == 0 ? CounterOf(_lastLeft) : long.MaxValue;
        foreach (ulong other in _waiting)
        {
            floor = Math.Min(floor, CounterOf(other));
        }

        _counters[tenant] = _counters.TryGetValue(tenant, out long counter) ? Math.Max(counter, floor) : floor;
        _waiting.Add(tenant);
        if (_counters.Count > MostTenants)
        {
            Forget();
        }
    }

    /// <inheritdoc/>
    public void Left(ulong tenant)
    {
        int place = _waiting.IndexOf(tenant);
        Invariant.Holds(place >= 0, "only a tenant that waits leaves");
        _waiting[place] = _waiting[^1];
        _waiting.RemoveAt(_waiting.Count - 1);
        _lastLeft = tenant;
    }

    /// <inheritdoc/>
    public void Served(ulong tenant, long inputTokens, long outputTokens)
    {
        // Of one that was forgotten nothing is known, and a correction alone would be no counter.
        if (_counters.TryGetValue(tenant, out long counter))
        {
            _counters[tenant] = counter + (inputWeight * inputTokens) + (outputWeight * outputTokens);
        }
    }

    /// <inheritdoc/>
    public ulong[] Saved()
    {
        ulong[] words = new ulong[1 + (2 * _counters.Count)];
        words[0] = _lastLeft;
        int next = 1;
        foreach ((ulong tenant, long counter) in _counters.OrderBy(pair => pair.Key))
        {
            (words[next], words[next + 1]) = (tenant, (ulong)counter);
            next += 2;
        }

        return words;
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<ulong> words)
    {
        if (words.Length % 2 == 0)
        {
            throw new ArgumentException("counters come in pairs after one number", nameof(words));
        }

        _counters.Clear();
        _lastLeft = words[0];
        for (int i = 1; i < words.Length; i += 2)
        {
            _counters[words[i]] = (long)words[i + 1];
        }
    }

    private void Forget()
    {
        HashSet<ulong> kept = [.. _waiting, _lastLeft];
        ulong[] idle =
        [
            .. _counters.Where(pair => !kept.Contains(pair.Key)).OrderBy(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => pair.Key),
        ];
        for (int i = 0; i < idle.Length && _counters.Count > MostTenants / 2; i++)
        {
            _counters.Remove(idle[i]);
        }
    }
}
