namespace Plimsoll.Gateway.Backends.KvEvents;

/// <summary>What is known of an engine's prefix cache at one instant.</summary>
/// <param name="Connected">Whether its events come.</param>
/// <param name="IsExact">Whether nothing is missing; otherwise there may be more blocks than these.</param>
/// <param name="Blocks">Blocks whose content can be found, copies counted, of running requests and of others.</param>
/// <param name="Contents">Different contents among them.</param>
/// <param name="BlockTokens">Tokens in a block; 0 as long as it is not known.</param>
/// <param name="StoredBlocks">Blocks that were stored since the gateway listens.</param>
/// <param name="RemovedBlocks">Blocks that were removed.</param>
/// <param name="Losses">How often all was dropped because batches were missing, the connection broke, or there was too much.</param>
/// <param name="KnownContents">Contents of which the tokens are known too, and all before them.</param>
/// <param name="Prefixes">Prefixes that a dispatcher may be told of.</param>
/// <param name="ReplayedBatches">Batches that were missed and had by asking.</param>
internal readonly record struct EngineCacheFacts(
    bool Connected, bool IsExact, long Blocks, int Contents, int BlockTokens, long StoredBlocks, long RemovedBlocks, long Losses,
    int KnownContents, int Prefixes, long ReplayedBatches);
