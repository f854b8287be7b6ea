namespace Plimsoll.Policies.Batching;

/// <summary>
/// How long a request is taken to be when admission looks ahead: a candidate is admitted if memory then suffices in every coming step
/// (scheduling theory, section 4.1).
/// </summary>
public enum AssumedLength
{
    /// <summary>Admission does not look ahead: what is free now decides.</summary>
    None,

    /// <summary>As long as predicted.</summary>
    Predicted,

    /// <summary>As short as it may be, in the light of what it generated before it was evicted.</summary>
    Lower,

    /// <summary>As long as it may be.</summary>
    Upper,
}
