using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Barrier;

/// <summary>
/// How long the coming steps take each worker, as lines over the number of the step, and how long they take the group: as long as the
/// greatest of the lines. Steps are named by the boundary at which they end.
/// </summary>
internal sealed class LockstepPace(IStepTimeModel stepTime, ReplicaEngine[] workers, long idlePicoseconds)
{
    private readonly Line[] _lines = new Line[workers.Length];

    /// <summary>What the first of the steps planned takes, in picoseconds.</summary>
    public long First { get; private set; }

    /// <summary>What that grows by with every further one.</summary>
    public long Growth { get; private set; }

    /// <summary>Whether any worker has work in the next step.</summary>
    public bool AnyWork
    {
        get
        {
            foreach (ref readonly Line line in _lines.AsSpan())
            {
                if (line.HasWork)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Time of the first of the steps planned.</summary>
    public long Time(long steps) => LockstepClock.Sum(First, Growth, steps);

    /// <summary>The most of them, up to <paramref name="most"/>, whose time is below <paramref name="picoseconds"/>.</summary>
    public long StepsBelow(long picoseconds, long most) => LockstepClock.StepsBelow(picoseconds, First, Growth, most);

    /// <summary>What its work in the step that ends at <paramref name="end"/> takes a worker.</summary>
    public long WorkOf(int worker, long end) => _lines[worker].HasWork ? _lines[worker].At(end) : 0;

    /// <summary>What that grows by with every further step.</summary>
    public long GrowthOf(int worker) => _lines[worker].Growth;

    /// <summary>Rows a worker computes in each step of its line.</summary>
    public int RowsOf(int worker) => _lines[worker].Rows;

    /// <summary>Time of a worker's own work in the steps that end by <paramref name="boundary"/>.</summary>
    public Int128 BusyPicoseconds(int worker, long boundary) => _lines[worker].Busy + _lines[worker].WorkThrough(boundary);

    /// <summary>A worker has composed what follows on <paramref name="boundary"/>: its line begins anew.</summary>
    public void Refresh(int worker, Instant boundary)
    {
        ref Line line = ref _lines[worker];
        line.Busy += line.WorkThrough(boundary.Nanoseconds);
        ReplicaEngine engine = workers[worker];
        line.From = boundary.Nanoseconds + 1;
        line.HasWork = engine.HasWork;
        if (!line.HasWork)
        {
            (line.First, line.Growth, line.Rows, line.Through) = (idlePicoseconds, 0, 0, long.MaxValue);
            return;
        }

        BatchShape shape = engine.ShapeOf(new Instant(line.From), out Instant through);
        line.First = stepTime.StepPicoseconds(shape);
        line.Growth = 0;
        line.Rows = shape.DecodeSequences;
        line.Through = Math.Min(through.Nanoseconds, engine.NextWake.Nanoseconds);
        if (line.Through == line.From)
        {
            return;
        }

        DecodeLine model = stepTime.DecodeLineAt(shape.DecodeSequences, shape.DecodeContextTokens, shape.DecodePromptTokens);
        line.Growth = model.PicosecondsPerContextToken * shape.DecodeSequences;
        if (model.ValidThroughContextTokens != long.MaxValue)
        {
            long inside = (model.ValidThroughContextTokens - shape.DecodeContextTokens) / shape.DecodeSequences;
            line.Through = Math.Min(line.Through, line.From + inside);
        }
    }

    /// <summary>A worker's plan goes on at <paramref name="boundary"/>; its line may end there.</summary>
    public void Continue(int worker, Instant boundary)
    {
        if (_lines[worker].Through <= boundary.Nanoseconds)
        {
            Refresh(worker, boundary);
        }
    }

    /// <summary>
    /// Sets <see cref="First"/> and <see cref="Growth"/> for the steps after <paramref name="boundary"/>; returns through how many of them,
    /// at most <paramref name="most"/>, no line ends and the same one is the greatest.
    /// </summary>
    public long StepsTogether(long boundary, long most)
    {
        long end = boundary + 1;
        First = 0;
        Growth = 0;
        foreach (ref readonly Line line in _lines.AsSpan())
        {
            long first = line.At(end);
            most = Math.Min(most, line.Through - boundary);
            bool isGreater = first > First || (first == First && line.Growth > Growth);
            (First, Growth) = isGreater ? (first, line.Growth) : (First, Growth);
        }

        if (most == 1)
        {
            return most;
        }

        foreach (ref readonly Line line in _lines.AsSpan())
        {
            long gain = line.Growth - Growth;
            long behind = First - line.At(end);
            if (gain > 0 && gain * (most - 1) > behind)
            {
                most = (behind / gain) + 1;
            }
        }

        return most;
    }

    private struct Line
    {
        public long From;
        public long First;
        public long Growth;
        public long Through;
        public int Rows;
        public bool HasWork;
        public Int128 Busy;

        public readonly long At(long end) => First + (Growth * (end - From));

        public readonly long WorkThrough(long boundary) =>
            HasWork ? LockstepClock.Sum(First, Growth, boundary - From + 1) : 0;
    }
}
