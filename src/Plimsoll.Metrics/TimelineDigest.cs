using Plimsoll.Core;

namespace Plimsoll.Metrics;

/// <summary>
/// A 64-bit fingerprint of what happened to a request, down to the nanosecond. The fingerprint of a run is the wrapping sum of those of
/// its requests, so it does not depend on the order in which they were recorded.
/// </summary>
public static class TimelineDigest
{
    /// <summary>
    /// The fingerprint of one timeline: a multilinear hash of its stamps, counts and outcome, finished by <see cref="StableHash.Mix"/>.
    /// Any change to a single field changes it.
    /// </summary>
    public static ulong Of(in RequestTimeline timeline)
    {
        ulong tokens = Pack(timeline.PromptTokens, timeline.OutputTokens);
        ulong repeats = Pack(timeline.CachedTokens, timeline.Preemptions);
        ulong ending = Pack(timeline.Replica, ((int)timeline.Outcome << 16) + (int)timeline.RejectReason);
        unchecked
        {
            ulong sum = 0x9E3779B97F4A7C15
                + ((ulong)timeline.Id.Value * 0xA24BAED4963EE407)
                + ((ulong)timeline.Arrival.Nanoseconds * 0x9FB21C651E98DF25)
                + ((ulong)timeline.Scheduled.Nanoseconds * 0xD6E8FEB86659FD93)
                + ((ulong)timeline.FirstToken.Nanoseconds * 0xC2B2AE3D27D4EB4F)
                + ((ulong)timeline.Finished.Nanoseconds * 0xFF51AFD7ED558CCD)
                + (tokens * 0xC4CEB9FE1A85EC53)
                + (repeats * 0x87C37B91114253D5)
                + (ending * 0x4CF5AD432745937F);
            return StableHash.Mix(sum);
        }
    }

    private static ulong Pack(int high, int low) => ((ulong)(uint)high << 32) | (uint)low;
}
