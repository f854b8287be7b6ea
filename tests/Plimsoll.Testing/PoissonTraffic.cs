using Plimsoll.Core;

namespace Plimsoll.Testing;

/// <summary>Poisson arrivals with lengths drawn one by one.</summary>
public static class PoissonTraffic
{
    /// <summary>A length in tokens, from 1.</summary>
    public delegate int Lengths(ref RandomStream dice);

    /// <summary>So many requests at this rate.</summary>
    public static InferenceRequest[] Of(ref RandomStream dice, double requestsPerSecond, int count, Lengths prompts, Lengths outputs)
    {
        var requests = new InferenceRequest[count];
        double at = 0;
        for (int i = 0; i < count; i++)
        {
            at -= Math.Log(dice.NextOpenUnit()) / requestsPerSecond;
            requests[i] = new(new RequestId(i), Instant.FromSeconds(at), prompts(ref dice), outputs(ref dice));
        }

        return requests;
    }

    /// <summary>Geometric on 1, 2, 3, … with this mean.</summary>
    public static Lengths Geometric(double mean) => (ref dice) => 1 + (int)(Math.Log(dice.NextOpenUnit()) / Math.Log(1 - (1 / mean)));

    /// <summary>Always this.</summary>
    public static Lengths Constant(int tokens) => (ref _) => tokens;
}
