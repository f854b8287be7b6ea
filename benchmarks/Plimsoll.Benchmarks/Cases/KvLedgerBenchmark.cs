using BenchmarkDotNet.Attributes;
using Plimsoll.Benchmarks.Setting;
using Plimsoll.Core;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Benchmarks.Cases;

/// <summary>The books of KV memory: a request that comes and goes, without and with shared content.</summary>
[MemoryDiagnoser]
public class KvLedgerBenchmark
{
    private const int PromptTokens = 1_000;
    private readonly KvLedger _ledger = new(30_000, Production.BlockTokens, caching: true);
    private readonly RequestDetails _details = Prompts.Hashed(PromptTokens);

    [Benchmark]
    public long TakeAndRelease()
    {
        long blocks = _ledger.BlocksFor(PromptTokens);
        _ledger.Take(blocks);
        _ledger.Release(0, blocks, preempted: false, hashedTokens: 0);
        return _ledger.FreeBlocks;
    }

    /// <summary>62 blocks found by hash, one computed.</summary>
    [Benchmark]
    public long MatchClaimAndRelease()
    {
        var content = new BlockContent(_details, PromptTokens, 0, Production.BlockTokens);
        PrefixMatch match = _ledger.Match(0, content, PromptTokens);
        long computed = _ledger.BlocksFor(PromptTokens) - match.Blocks;
        _ledger.Claim(0, match);
        _ledger.Take(computed);
        _ledger.Register(0, content, PromptTokens);
        _ledger.Release(0, match.Blocks + computed, preempted: false, hashedTokens: PromptTokens);
        return _ledger.CachedBlocks;
    }
}
