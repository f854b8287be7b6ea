using Plimsoll.Core;

namespace Plimsoll.Planning.Fleet;

/// <summary>The stretch of a trace in which most requests arrive: what a fleet that stays as it is must be planned for.</summary>
public static class BusiestStretch
{
    /// <summary>
    /// The requests of the busiest stretch, of those equally busy the first; the whole trace where it is at most twice as long.
    /// </summary>
    /// <param name="recorded">The requests in order of arrival.</param>
    /// <param name="seconds">Length of the stretch, above 0.</param>
    public static IReadOnlyList<InferenceRequest> Of(IReadOnlyList<InferenceRequest> recorded, double seconds)
    {
        if (recorded.Count == 0 || (recorded[^1].Arrival - recorded[0].Arrival).Seconds <= 2 * seconds)
        {
            return recorded;
        }

        var length = Duration.FromSeconds(seconds);
        (int first, int most) = (0, 0);
        int end = 0;
        for (int start = 0; start < recorded.Count; start++)
        {
            while (end < recorded.Count && recorded[end].Arrival - recorded[start].Arrival < length)
            {
                end++;
            }

            (first, most) = end - start > most ? (start, end - start) : (first, most);
        }

        return [.. recorded.Skip(first).Take(most)];
    }
}
