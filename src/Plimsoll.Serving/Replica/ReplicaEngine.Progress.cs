using Plimsoll.Core;

namespace Plimsoll.Serving.Replica;

/// <content> Watching while it runs: when the next tokens come and who has how many. Nothing is kept for this from step to step; the sums
/// of the rows say it for any step. </content>
public sealed partial class ReplicaEngine
{
    // Requests that lost their memory while a token of theirs was in flight, since the last pass.
    private readonly List<Recalled> _recalled = [];

    private RequestProgress[] _progress = [];

    /// <summary>
    /// When the next step after <paramref name="now"/> ends, and with it tokens may come; <see cref="Instant.Never"/> while none runs. What
    /// is due at <paramref name="now"/> must have been done by <see cref="Wake"/>, and who arrives or leaves comes later than it.
    /// </summary>
    public Instant NextStepEnd(Instant now)
    {
        CatchUpTo(new Instant(now.Nanoseconds + 1));
        return _inFlight == 0 ? Instant.Never : _oldest.End.Stamp;
    }

    /// <summary>
    /// The requests inside that have output tokens, in no order that says anything, as of the end of the last step through
    /// <paramref name="now"/>, under the conditions of <see cref="NextStepEnd"/>. Valid until the next call.
    /// </summary>
    public ReadOnlySpan<RequestProgress> Progress(Instant now)
    {
        CatchUpTo(new Instant(now.Nanoseconds + 1));
        if (_progress.Length < _slotCount)
        {
            _progress = new RequestProgress[_sequences.Length];
        }

        int count = 0;
        for (int slot = 0; slot < _slotCount; slot++)
        {
            if (_sequences[slot].Phase != SequencePhase.Free && TokensEmitted(slot) is var emitted and > 0)
            {
                _progress[count++] = new RequestProgress(_sequences[slot].Id, emitted);
            }
        }

        return _progress.AsSpan(0, count);
    }

    // Tokens whose step has ended: those of steps still in flight do not count.
    private int TokensEmitted(int slot)
    {
        ref readonly Sequence sequence = ref _sequences[slot];
        if (sequence.Phase != SequencePhase.Decoding)
        {
            int recalled = sequence.Phase == SequencePhase.Waiting ? _recalled.FindIndex(recalled => recalled.Slot == slot) : None;
            return recalled == None || _recalled[recalled].Step <= LastStepEnded() ? sequence.EmittedTokens : _recalled[recalled].EmittedTokens;
        }

        long ended = LastStepEnded();
        if (_inFlight > 0 && _oldest.DecodeStep == None && sequence.AdmittedAs >= _admissions - PromptsOf(_oldest))
        {
            return sequence.EmittedTokens;
        }

        // What it misses in steps in flight has been taken off already.
        long missed = sequence.Missed <= ended ? 0 : sequence.MissedBefore && sequence.Missed - 1 > ended ? 2 : 1;
        return sequence.EmittedTokens + (int)Math.Max(0, 1 + Math.Min(ended + missed, sequence.LastStep) - sequence.JoinStep);
    }

    // Tokens computed for it, those of steps in flight included, wherever it stands.
    private int TokensComputed(int slot)
    {
        ref readonly Sequence sequence = ref _sequences[slot];
        bool inFlight = sequence.Phase == SequencePhase.Waiting && _recalled.Exists(recalled => recalled.Slot == slot);
        return inFlight ? _recalled.Find(recalled => recalled.Slot == slot).EmittedTokens + 1 : GeneratedTokens(sequence);
    }

    private long LastStepEnded() => _inFlight == 0 ? _step : _oldest.DecodeStep == None ? _step : _oldest.DecodeStep - 1;

    // A batch of prompts only has those admitted in its pass, and whole.
    private static long PromptsOf(in InFlightBatch batch) => batch.Shape.PrefillSequences + batch.Shape.DecodeSequences;

    // It loses its memory while the step that runs computes a token for it.
    private void Recall(int slot, bool isLast)
    {
        int emitted = TokensEmitted(slot);
        if (emitted < GeneratedTokens(_sequences[slot]))
        {
            _recalled.Add(new Recalled(slot, emitted, _step, isLast));
        }
    }

    /// <param name="Slot">Its slot.</param>
    /// <param name="EmittedTokens">Tokens it had without the one in flight.</param>
    /// <param name="Step">Decode step that computes that one.</param>
    /// <param name="IsLast">Whether that one ends it.</param>
    private readonly record struct Recalled(int Slot, int EmittedTokens, long Step, bool IsLast);
}
