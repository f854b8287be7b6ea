namespace Plimsoll.Simulation.Disaggregation;

/// <summary>By which tokens the transfer between Attention and FFN grows; the versions of arXiv:2601.21351 differ.</summary>
public enum CommunicationScaling
{
    /// <summary>By the slots of one Attention instance, as in version 1: each has a link of its own.</summary>
    OneInstance,

    /// <summary>By the slots of all Attention instances, as in versions 3 and 4: they share the link of the FFN instance.</summary>
    AllInstances,
}
