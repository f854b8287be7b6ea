namespace Plimsoll.Cli.Options;

/// <summary>What serves the traffic of a simulation.</summary>
internal enum SystemKind
{
    /// <summary>Independent engines behind a dispatcher.</summary>
    Replicas,

    /// <summary>Groups of engines that step together, behind a dispatcher.</summary>
    Groups,

    /// <summary>Attention instances that feed one FFN instance, decode only.</summary>
    Disaggregated,

    /// <summary>One barrier group of slots without prompts: the published setting.</summary>
    DecodeOnlyGroup,
}
