namespace Plimsoll.Policies.Balancing;

/// <summary>As the request's own prediction says.</summary>
internal readonly struct GivenSteps : IRemainingSteps
{
    public int Of(in PlacedRequest request) => request.RemainingSteps;
}
