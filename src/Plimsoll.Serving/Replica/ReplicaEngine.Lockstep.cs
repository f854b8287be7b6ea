using System.Runtime.InteropServices;
using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Balancing;

namespace Plimsoll.Serving.Replica;

/// <content> What a barrier group asks of its workers. Their clock counts steps, one nanosecond each: the group alone knows how long they
/// take. A step ends in two halves, so that what it frees can be given to others before the next one is composed. </content>
public sealed partial class ReplicaEngine
{
    // Decoding sequences that got no row in the batch composed last, which the sums count as if they had already missed it.
    private readonly List<int> _starved = [];


    /// <summary>Requests in its own queue, as of the last pass and the arrivals since.</summary>
    internal int WaitingRequests => _waiting.Count;

    /// <summary>Whether it stands between the two halves of a step.</summary>
    internal bool AwaitsCompose { get; private set; }

    /// <summary>Whether it has composed a step that has not ended.</summary>
    internal bool HasWork => _inFlight > 0;

    /// <summary>What <see cref="Submit"/> would say.</summary>
    internal RejectReason WhyNever(in InferenceRequest request)
    {
        Sequence sequence = default;
        sequence.PromptTokens = request.PromptTokens;
        sequence.OutputTokens = EmittedBy(request, out _, out sequence.StopsUnannounced);
        return WhyNever(sequence, request.Details);
    }

    /// <summary>First half of <see cref="Wake"/>: ends the step that ends at <paramref name="boundary"/>, if it is time.</summary>
    internal void FinishStep(Instant boundary)
    {
        if (boundary < NextWake)
        {
            return;
        }

        CommitLeap(_plannedSteps);
        AwaitsCompose = true;
        if (_inFlight == 0)
        {
            return;
        }

        if (_wakesAfterNewest)
        {
            FinishOldest();
            _wakesAfterNewest = false;
        }

        EndOldest();
    }

    /// <summary>Second half: composes what follows, if a step has ended or somebody came whom the plan did not know.</summary>
    internal void ComposeStep(Instant boundary)
    {
        if (!AwaitsCompose)
        {
            FinishStep(boundary);
        }

        if (!AwaitsCompose)
        {
            return;
        }

        AwaitsCompose = false;
        ComposeAll(StepInstant.At(boundary));
        Plan();
    }

    /// <summary>
    /// The batch of the step that ends at <paramref name="end"/>, not before the end of the one that runs and not after
    /// <see cref="NextWake"/>. Through <paramref name="through"/> each step differs from the one before by one context token a row, and
    /// each row but perhaps some of the first step's gives a token.
    /// </summary>
    internal BatchShape ShapeOf(Instant end, out Instant through)
    {
        long ahead = end.Nanoseconds - _newest.End.Nanoseconds;
        Invariant.Holds(_inFlight > 0 && ahead > -_inFlight && ahead <= _plannedSteps, "a shape is asked of a step that is in sight");
        BatchShape shape = ahead < 0 ? _oldest.Shape : ahead == 0 ? _newest.Shape : ShapeAhead(ahead);
        through = end;
        if (ahead < 0 && _oldest.DecodesOnly && _newest.DecodesOnly && _newest.Shape == Grown(shape))
        {
            through = _newest.End.Stamp;
            ahead = 0;
        }

        if (ahead > 0 || (ahead == 0 && _plannedSteps > 0 && _newest.DecodesOnly && ShapeAhead(1) == Grown(_newest.Shape)))
        {
            through = new Instant(_newest.End.Nanoseconds + _plannedSteps);
        }

        return shape;
    }

    /// <summary>
    /// KV tokens that its requests hold at <paramref name="boundary"/>, or will hold once their prompts are computed: prompts and what was
    /// generated. Between the two halves of a step, or when the plan goes on at that boundary.
    /// </summary>
    internal long LoadTokens(Instant boundary) =>
        _tokensOutsideRows + ContextOf(EndedStep(boundary) + 1) + StarvedAhead(boundary).Length;

    /// <summary>The requests inside at <paramref name="boundary"/>, under the same conditions; returns how many.</summary>
    internal int CopyPlaced(Instant boundary, Span<PlacedRequest> placed)
    {
        long step = EndedStep(boundary);
        ReadOnlySpan<int> starved = StarvedAhead(boundary);
        int count = 0;
        for (int slot = 0; slot < _slotCount; slot++)
        {
            ref readonly Sequence sequence = ref _sequences[slot];
            if (sequence.Phase == SequencePhase.Free)
            {
                continue;
            }

            int generated = sequence.EmittedTokens;
            if (sequence.Phase == SequencePhase.Decoding)
            {
                generated += (int)(1 + Math.Min(step, sequence.LastStep) - sequence.JoinStep) + (starved.Contains(slot) ? 1 : 0);
            }

            placed[count++] = new PlacedRequest(sequence.PromptTokens, generated, _beliefs[slot].Prediction.Point);
        }

        return count;
    }

    /// <summary>The earliest step in which anybody now inside was first scheduled; never if nobody was.</summary>
    internal Instant FirstScheduled()
    {
        Instant first = Instant.Never;
        for (int slot = 0; slot < _slotCount; slot++)
        {
            bool inside = _sequences[slot].Phase != SequencePhase.Free;
            first = inside && _sequences[slot].Scheduled < first ? _sequences[slot].Scheduled : first;
        }

        return first;
    }

    private static BatchShape Grown(in BatchShape shape) =>
        shape with { DecodeContextTokens = shape.DecodeContextTokens + shape.DecodeSequences };

    // The decode-only batch so many planned steps after the newest in flight.
    private BatchShape ShapeAhead(long steps) => new(0, 0, 0, _decoding, ContextOf(_step + steps), _decodingPromptTokens);

    // The decode step that ends at a boundary, the one before it if that computes prompts only.
    private long EndedStep(Instant boundary) =>
        _inFlight == 0 ? _step : _step + boundary.Nanoseconds - _newest.End.Nanoseconds;

    private ReadOnlySpan<int> StarvedAhead(Instant boundary) =>
        _inFlight > 0 && _newest.End.Stamp > boundary ? CollectionsMarshal.AsSpan(_starved) : default;
}
