using System.Globalization;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Planning.LoadLine.Reports;

/// <summary>Every number of a load line with its formula and source.</summary>
public static class LoadLineFacts
{
    private const string Stability = "arXiv:2605.04595";
    private const string Throughput = "arXiv:2504.07347";

    /// <summary>The facts of one line.</summary>
    public static IReadOnlyList<LoadLineFact> Of(LoadLineEstimate line)
    {
        RequestMoments moments = line.Moments;
        List<LoadLineFact> facts =
        [
            new("load line", Rate(line.RequestsPerSecond), "x / b(x), x the least of the limits below", "both below"),
            new("binding limit", NameOf(line.Binding), "the least of the limits", ""),
            new("guaranteed stable below", Rate(line.GuaranteedStableBelow), "μ(1 − δ) where memory binds", $"{Stability}, theorem 4.2"),
        ];
        Add(facts, "memory limit", line.MemoryBound, "M / (b·E[g])", Stability);
        Add(facts, "compute limit", line.ComputeBound, "B / (b·(m_p + m_d))", Throughput);
        Add(facts, "limit of places", line.SequenceBound, "N / (b·E[(s − h)/c + o])", "Little's law");
        facts.Add(new("E[g], memory of a request", Tokens(moments.TokenSteps) + "·steps", "E[(1 + s/c)·s + 2·o·s + (1 + o)·o] / 2", Stability));
        facts.Add(new("δ, largest request", Units.Percent(line.MaxFraction), "max(s + o) / M", Stability));
        facts.Add(new("m_p + m_d, tokens to compute", Tokens(moments.ComputedTokens), "E[s − h] + E[o]", Throughput));
        facts.Add(new("b, mean step at the line", Units.Seconds(line.StepSeconds), "time of the mean saturated batch", "derived, docs/theory.md"));
        facts.Add(new("x, requests admitted a step", Digits(line.RequestsPerStep), "b·(load line)", Stability));
        facts.Add(new("n, resident requests at the line", Units.Number(line.ResidentRequests), "x·E[(s − h)/c + o]", "Little's law"));
        if (double.IsFinite(line.Limits.KvTokens))
        {
            facts.Add(new("rate under peak reservation", Rate(line.PeakReservationRate), "M / (b·E[(s + o)(⌈s/c⌉ + o)])", "derived, docs/theory.md"));
        }

        return facts;
    }

    /// <summary>A limit's name.</summary>
    public static string NameOf(BindingLimit limit) => limit switch
    {
        BindingLimit.Memory => "memory",
        BindingLimit.Compute => "compute",
        _ => "sequences",
    };

    /// <summary>A rate with four significant digits.</summary>
    internal static string Rate(double requestsPerSecond) => Digits(requestsPerSecond) + " requests/s";

    private static string Digits(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Tokens(double tokens) => tokens.ToString("#,0.#", CultureInfo.InvariantCulture) + " tokens";

    private static void Add(List<LoadLineFact> facts, string name, double rate, string formula, string source)
    {
        if (double.IsFinite(rate))
        {
            facts.Add(new(name, Rate(rate), formula, source));
        }
    }
}
