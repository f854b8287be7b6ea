using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Testing;

/// <content>The oracle one step at a time, for a group that tells it when steps end. Gates and stalls are not for groups.</content>
public sealed partial class TickingReplica
{
    private readonly Queue<List<Row>> _composed = new();

    /// <summary>What it is.</summary>
    public ReplicaConfiguration Configuration => configuration;

    /// <summary>Requests that have ended, or were refused, in order.</summary>
    public IReadOnlyList<RequestTimeline> Ended => _ended;

    /// <summary>Whether a batch is in flight.</summary>
    public bool Runs => _composed.Count > 0;

    /// <summary>Requests waiting or running.</summary>
    public int Requests => _waiting.Count + _running.Count;

    /// <summary>Requests waiting.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Blocks held.</summary>
    public long HeldBlocks => configuration.KvBlocks - _free.Count;

    /// <summary>Every request inside, in order of id: prompt, tokens whose step has ended, best guess.</summary>
    public IEnumerable<PlacedRequest> Placed => _waiting.Concat(_running).OrderBy(r => r.Arrived.Id)
        .Select(r => new PlacedRequest(r.Arrived.PromptTokens, r.Emitted, r.Prediction.Point));

    /// <summary>Time of the oldest batch in flight.</summary>
    public long StepPicoseconds() => StepPicoseconds(_composed.Peek());

    /// <summary>New tokens in that step.</summary>
    public long StepTokens() => _composed.Peek().Sum(row => (long)row.Tokens);

    /// <summary>A request joins; true unless it is refused.</summary>
    public bool Take(in InferenceRequest request, in LengthPrediction prediction)
    {
        int refused = _ended.Count;
        Arrive(request, prediction);
        return _ended.Count == refused;
    }

    /// <summary>The oldest batch in flight ends, if there is one.</summary>
    public void EndStep(Int128 picoseconds)
    {
        if (_composed.TryDequeue(out List<Row>? rows))
        {
            Update(rows, picoseconds);
        }
    }

    /// <summary>Composes as many batches ahead as its rules allow.</summary>
    public void Compose(Int128 picoseconds)
    {
        while (_composed.Count < _rules.StepsInFlight)
        {
            List<Row> rows = Schedule(picoseconds);
            if (rows.Count > 0)
            {
                _batches.Add([.. rows.Select(r => new TickedRow(r.Request.Arrived.Id, r.Tokens, r.Decodes))]);
                _composed.Enqueue(rows);
            }
            else if (Runs || Requests == 0)
            {
                return;
            }
        }
    }
}
