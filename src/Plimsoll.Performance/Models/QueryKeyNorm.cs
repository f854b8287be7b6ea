namespace Plimsoll.Performance.Models;

/// <summary>Normalisation of queries and keys before attention.</summary>
public enum QueryKeyNorm
{
    /// <summary>None.</summary>
    None,

    /// <summary>One weight per element of a head, shared by all heads.</summary>
    PerHead,

    /// <summary>One weight per element of all heads.</summary>
    Full,
}
