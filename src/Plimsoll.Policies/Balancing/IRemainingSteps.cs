namespace Plimsoll.Policies.Balancing;

/// <summary>Answers one question: in how many steps does a request on a worker end? A struct, so that asking costs no call.</summary>
internal interface IRemainingSteps
{
    /// <summary>Steps until it is believed to end, from 1; <see cref="int.MaxValue"/> for never.</summary>
    int Of(in PlacedRequest request);
}
