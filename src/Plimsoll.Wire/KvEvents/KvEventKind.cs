namespace Plimsoll.Wire.KvEvents;

/// <summary>What happened to an engine's prefix cache.</summary>
public enum KvEventKind
{
    /// <summary>Blocks can be found by their content from now on.</summary>
    BlockStored,

    /// <summary>Blocks can no longer be found.</summary>
    BlockRemoved,

    /// <summary>No block can be found any more.</summary>
    AllBlocksCleared,
}
