namespace Plimsoll.Serving.Replica;

/// <summary>
/// Hears what becomes of the blocks of a replica's prefix cache, in order, while the replica works; must be quick and call nobody
/// back.
/// </summary>
public interface IPrefixCacheObserver
{
    /// <summary>A block can be found by its content from now on; another with the same content may be there already.</summary>
    /// <param name="block">Stands for its content and all before it.</param>
    /// <param name="parent">The block before it; null at the beginning of a prompt.</param>
    void Stored(ulong block, ulong? parent);

    /// <summary>A block that was stored was given to somebody else.</summary>
    void Removed(ulong block);
}
