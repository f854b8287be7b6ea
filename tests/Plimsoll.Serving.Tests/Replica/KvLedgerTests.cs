using Plimsoll.Core;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>The ledger against a twin that has one object a block.</summary>
public class KvLedgerTests
{
    private const int Slots = 12;
    private const int Families = 4;

    [Fact]
    public void Vector_3_a_finished_request_leaves_every_full_block_behind()
    {
        var ledger = new KvLedger(10, EngineCase.BlockTokens, caching: true);
        var content = new BlockContent(EngineCase.Prefix(64), 40, 9, EngineCase.BlockTokens);
        ledger.Take(4);
        ledger.Register(0, content, 49);

        ledger.Release(0, 4, preempted: false, 49);

        Assert.Equal(3, ledger.CachedBlocks);
        Assert.Equal(new PrefixMatch(3, 3, 0), ledger.Match(1, content, 50));
        Assert.Equal(10, ledger.FreeBlocks);
    }

    [Fact]
    public void Vector_4_what_was_freed_first_goes_first_and_of_one_request_its_last_block()
    {
        var ledger = new KvLedger(5, EngineCase.BlockTokens, caching: true);
        var earlier = new BlockContent(EngineCase.Prefix(32, family: 1), 32, 0, EngineCase.BlockTokens);
        var later = new BlockContent(EngineCase.Prefix(48, family: 2), 48, 0, EngineCase.BlockTokens);
        ledger.Take(2);
        ledger.Register(0, earlier, 32);
        ledger.Take(3);
        ledger.Register(1, later, 48);
        ledger.Release(0, 2, preempted: false, 32);
        ledger.Release(1, 3, preempted: false, 48);

        var left = new List<(int Earlier, int Later)>();
        for (int taken = 0; taken < 5; taken++)
        {
            ledger.Take(1);
            left.Add((ledger.Match(2, earlier, 100).Blocks, ledger.Match(2, later, 100).Blocks));
        }

        Assert.Equal([(1, 3), (0, 3), (0, 2), (0, 1), (0, 0)], left);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Agrees_with_a_ledger_of_single_blocks(bool caching)
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 150); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("ledger");
            var pair = new LedgerPair(5 + (int)dice.NextBelow(80), 1 + (int)dice.NextBelow(8), caching);
            for (int operation = 0; operation < 300; operation++)
            {
                Operate(pair, ref dice);
                pair.AssertAgree($"seed {seed}, operation {operation}");
            }
        }
    }

    private static void Operate(LedgerPair pair, ref RandomStream dice)
    {
        int slot = (int)dice.NextBelow(Slots);
        switch (pair.StateOf(slot))
        {
            case LedgerPair.SlotState.Empty:
                int prompt = 1 + (int)dice.NextBelow(6 * pair.BlockTokens);
                int hashTokens = 1 + (int)dice.NextBelow(2 * pair.BlockTokens);
                pair.Arrive(slot, prompt, Prefix(ref dice, prompt, hashTokens));
                break;
            case LedgerPair.SlotState.Waiting when dice.NextBelow(8) == 0:
                pair.Forget(slot);
                break;
            case LedgerPair.SlotState.Waiting:
                pair.TryAdmit(slot, upToTokens: 1 + (int)dice.NextBelow(6 * pair.BlockTokens));
                break;
            case LedgerPair.SlotState.Holding when dice.NextBelow(4) > 0:
                pair.TryGrow(slot, 1 + (int)dice.NextBelow(2 * pair.BlockTokens));
                break;
            default:
                bool preempted = dice.NextBelow(2) == 0;
                pair.Release(slot, preempted, unhashed: (int)dice.NextBelow(2));
                break;
        }
    }

    // Families share their beginnings and then part, some hashes short of the prompt.
    private static RequestDetails? Prefix(ref RandomStream dice, int prompt, int hashTokens)
    {
        if (dice.NextBelow(4) == 0)
        {
            return null;
        }

        int hashes = (int)dice.NextBelow(((prompt + hashTokens - 1) / hashTokens) + 1);
        int shared = (int)dice.NextBelow(hashes + 1);
        ulong family = (ulong)dice.NextBelow(Families);
        ulong self = dice.NextUInt64();
        return new RequestDetails
        {
            PrefixHashArray = [.. Enumerable.Range(0, hashes).Select(i => StableHash.Combine(i < shared ? family : self, (ulong)i))],
            BlockTokens = hashTokens,
        };
    }
}
