using System.Runtime.InteropServices;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Serving.Replica;

/// <content> Content that others may share: what a lookup finds, which blocks decoding sequences fill on the way, and whether the head of
/// the queue, once refused, could find more now. </content>
public sealed partial class ReplicaEngine
{
    // Decoding sequences that fill blocks which others may share, and blocks not yet entered in the index.
    private readonly List<SharingSequence> _sharing = [];
    private readonly List<(long FilledIn, long AdmittedAs, int Block, int Slot)> _filled = [];

    // The head of the queue when memory was last too short for it, and what stood in the books then.
    private int _blockedHead = None;
    private long _blockedAtReleases;
    private long _blockedAtRegistrations;
    private long _registrations;

    // The head last refused for lack of memory, how many blocks it had found then, and whether a decoding sequence is about to fill one
    // of those (they may be evicted) or the one after them.
    private int _refusedHead = None;
    private int _refusedMatch;
    private bool _headAwaitsBlocks;

    private BlockContent ContentOf(int slot)
    {
        ref readonly Sequence sequence = ref _sequences[slot];
        return new(_details[slot], sequence.PromptTokens, sequence.OutputTokens, _block.Tokens);
    }

    // A block can be hashed once its tokens are known; an overlapped engine computes a token ahead of what it knows.
    private int HashedTokens(in Sequence sequence, int rows) => sequence.TargetTokens + (rows == 0 ? 0 : rows - (_stepsInFlight - 1));

    private PrefixMatch Match(int slot, int known) => _ledger.Match(slot, ContentOf(slot), known);

    private void Register(int slot, int computedTokens)
    {
        _ledger.Register(slot, ContentOf(slot), computedTokens);
        _registrations++;
    }

    private void Share(int slot)
    {
        ref Sequence sequence = ref _sequences[slot];
        if (ContentOf(slot).IdentifiedBlocks <= _block.WholeBlocks(sequence.TargetTokens))
        {
            return;
        }

        sequence.Shares = true;
        _sharing.Add(new SharingSequence(slot, FilledIn(sequence, _ledger.RegisteredBlocks(slot))));
        _headAwaitsBlocks |= _refusedHead != None && FillsForHead(slot);
    }

    private void StopSharing(int slot)
    {
        _sequences[slot].Shares = false;
        _sharing.RemoveAt(_sharing.FindIndex(sharing => sharing.Slot == slot));
    }

    // The decode step that makes a block's last token known, so that it can be hashed.
    private long FilledIn(in Sequence sequence, int block) =>
        sequence.JoinStep + ((block + 1L) * _block.Tokens) - sequence.TargetTokens + _stepsInFlight - 1;

    // Blocks that decoding sequences filled are entered in the index when somebody is about to look, to enter others or to leave: in the
    // order in which they were filled, as if each had been entered in its step. In the pass being composed, sequences admitted before
    // `before` have had their turn already.
    private void RegisterGenerated(long before)
    {
        if (_sharing.Count == 0)
        {
            return;
        }

        if (_rules.Composition == StepComposition.DecodeFirst && before > 0)
        {
            before = long.MaxValue;
        }
        else if (IsPrefillOnly)
        {
            before = 0;
        }

        _filled.Clear();
        foreach (ref SharingSequence sharing in CollectionsMarshal.AsSpan(_sharing))
        {
            if (sharing.NextFilledIn <= _step + 1)
            {
                CollectFilled(ref sharing, before);
            }
        }

        _filled.Sort();
        foreach ((_, _, int block, int slot) in _filled)
        {
            _ledger.Register(slot, ContentOf(slot), (block + 1) * _block.Tokens);
        }

        _registrations += _headAwaitsBlocks ? _filled.Count : 0;
    }

    private void CollectFilled(ref SharingSequence sharing, long before)
    {
        ref readonly Sequence sequence = ref _sequences[sharing.Slot];
        long lastRow = sequence.LastStep + (sequence.StopsUnannounced ? _stepsInFlight - 1 : 0);
        long through = Math.Min(sequence.AdmittedAs < before ? _step + 1 : _step, lastRow);
        int identified = ContentOf(sharing.Slot).IdentifiedBlocks;
        int block = _ledger.RegisteredBlocks(sharing.Slot);
        for (; block < identified && FilledIn(sequence, block) <= through; block++)
        {
            _filled.Add((FilledIn(sequence, block), sequence.AdmittedAs, block, sharing.Slot));
        }

        sharing.NextFilledIn = block < identified ? FilledIn(sequence, block) : long.MaxValue;
    }

    private bool IsStillBlocked(int slot) =>
        slot == _blockedHead
        && _ledger.Releases == _blockedAtReleases
        && _registrations == _blockedAtRegistrations
        && _step + 1 < _headMayEnterAt
        && _running.Count > 0;

    // A head that waits for memory needs less of it once a running sequence has filled blocks that it would find.
    private void Refuse(int slot, in PrefixMatch match, bool lasting)
    {
        _blockedHead = lasting ? slot : None;
        _headMayEnterAt = long.MaxValue;
        _blockedAtReleases = _ledger.Releases;
        _blockedAtRegistrations = _registrations;
        (_refusedHead, _refusedMatch) = (slot, match.Blocks);
        _headAwaitsBlocks = _details[slot] is not null && _sharing.Exists(sharing => FillsForHead(sharing.Slot));
    }

    // Equal content of one block means equal content before it, so the next block to be filled decides.
    private bool FillsForHead(int slot)
    {
        BlockContent head = ContentOf(_refusedHead);
        BlockContent content = ContentOf(slot);
        int next = _ledger.RegisteredBlocks(slot);
        return next <= _refusedMatch
            && next < Math.Min(head.IdentifiedBlocks, content.IdentifiedBlocks)
            && head.KeyOf(next) == content.KeyOf(next);
    }

    /// <param name="Slot">Its slot.</param>
    /// <param name="NextFilledIn">Decode step that fills its next shared block, at the earliest.</param>
    private record struct SharingSequence(int Slot, long NextFilledIn);
}
