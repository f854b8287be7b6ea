using Plimsoll.Simulation.Disaggregation;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Afd;

/// <summary>Requests for decode with Attention and FFN apart: the law of a slot for theory, themselves for simulation.</summary>
public sealed class AfdWorkload
{
    private readonly Func<double, double> _meanOver;

    private AfdWorkload(SlotLaw law, SlotTraffic traffic, Func<double, double> meanOver) =>
        (Law, Traffic, _meanOver) = (law, traffic, meanOver);

    /// <summary>The law of a slot in the long run.</summary>
    public SlotLaw Law { get; }

    /// <summary>Requests to serve.</summary>
    public SlotTraffic Traffic { get; }

    /// <summary>Prompt and output lengths that are independent of each other.</summary>
    public static AfdWorkload OfLengths(LengthDistribution prompt, LengthDistribution output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var age = new StationaryAge(output);
        var law = SlotLaw.OfIndependent(prompt, age);
        var traffic = new DrawnTraffic(prompt, output, age);
        return output is GeometricLength
            ? new AfdWorkload(law, traffic, steps => GeometricMeanOver(prompt.Mean, output.Mean, steps))
            : new AfdWorkload(law, traffic, law.MeanOver);
    }

    /// <summary>Recorded requests, each as likely as any other; at least one, each with at least one output token.</summary>
    public static AfdWorkload OfRequests(IReadOnlyList<SlotRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        var sums = new SlotSums();
        for (int i = 0; i < requests.Count; i++)
        {
            sums.Add(requests[i].PromptTokens, requests[i].OutputTokens);
        }

        SlotLaw law = sums.Law();
        return new AfdWorkload(law, new RecordedTraffic(requests), law.MeanOver);
    }

    /// <summary>Steps in which B slots serve N requests: N·E[D]/B.</summary>
    /// <param name="requests">N, requests of one Attention instance in one microbatch.</param>
    /// <param name="slots">B, from 1.</param>
    public double StepsFor(double requests, int slots) => requests * Traffic.MeanOutputTokens / slots;

    /// <summary>
    /// Expected KV tokens of a slot, averaged over the first steps after every slot began a request. Exact for geometric outputs, else as
    /// <see cref="SlotLaw.MeanOver"/>.
    /// </summary>
    /// <param name="steps">Above 0.</param>
    public double MeanOver(double steps) => _meanOver(steps);

    // T̄/B = μ_P + ((1 − p)/p)·[1 − (1 − (1 − p)^K)/(pK)] of version 1 (scheduling theory, section 2.1).
    private static double GeometricMeanOver(double meanPrompt, double meanOutput, double steps) =>
        meanPrompt + ((meanOutput - 1) * (1 - ((1 - Math.Pow(1 - (1 / meanOutput), steps)) * meanOutput / steps)));
}
