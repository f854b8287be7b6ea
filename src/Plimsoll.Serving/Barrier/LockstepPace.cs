using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Serving.Barrier;

/// <summary>
/// How long the coming steps take each worker, as lines over the number of the step, and how long they take the group: as long as the
/// greatest of the lines. Steps are named by the boundary at which they end.
/// </summary>
internal sealed class LockstepPace(
    IStepTimeModel stepTime, ReplicaEngine[] workers, long idlePicoseconds, long sharedPicosecondsPerToken)
{
    private readonly Line[] _lines = new Line[workers.Length];

    // What the next step takes each worker, and what that grows by.
    private readonly long[] _next = new long[workers.Length];
    private readonly long[] _nextGrowth = new long[workers.Length];

    // What the tokens of all add to each of the steps planned.
    private long _shared;

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

    /// <summary>
    /// What its work in the step that ends at <paramref name="end"/> takes a worker, its part in what is shared included.
    /// </summary>
    public long WorkOf(int worker, long end) => _lines[worker].HasWork ? _lines[worker].At(end) + _shared : 0;

    /// <summary>What that grows by with every further step.</summary>
    public long GrowthOf(int worker) => _lines[worker].Growth;

    /// <summary>Rows a worker computes in each step of its line.</summary>
    public int RowsOf(int worker) => _lines[worker].Shape.DecodeSequences;

    /// <summary>
    /// What prompts take a worker in the step that ends at <paramref name="end"/>: what it takes beyond its decodes alone.
    /// </summary>
    public long PromptWorkOf(int worker, long end)
    {
        // Steps after the first of a line only decode.
        ref readonly Line line = ref _lines[worker];
        return line.HasWork && end == line.From ? PromptTime.PicosecondsOf(stepTime, line.Shape, line.First) : 0;
    }

    /// <summary>Time of a worker's own work in the steps that end by <paramref name="boundary"/>, without what is shared.</summary>
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
            (line.First, line.Growth, line.Shape, line.Through) = (idlePicoseconds, 0, default, long.MaxValue);
            return;
        }

        BatchShape shape = engine.ShapeOf(new Instant(line.From), out Instant through);
        line.First = stepTime.StepPicoseconds(shape);
        line.Growth = 0;
        line.Shape = shape;
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
        long tokens = 0;
        for (int i = 0; i < _lines.Length; i++)
        {
            ref readonly Line line = ref _lines[i];
            most = Math.Min(most, line.Through - boundary);
            (_next[i], _nextGrowth[i]) = (line.At(boundary + 1), line.Growth);

            // A step with prompts is a line by itself, so that its tokens are those of every step of the line.
            tokens += line.Shape.PrefillTokens + line.Shape.DecodeSequences;
        }

        (First, Growth, long steps) = SlowestLine.Of(_next, _nextGrowth, most);
        _shared = sharedPicosecondsPerToken * tokens;
        First += _shared;
        return steps;
    }

    private struct Line
    {
        public long From;
        public long First;
        public long Growth;
        public long Through;
        public BatchShape Shape;
        public bool HasWork;
        public Int128 Busy;

        public readonly long At(long end) => First + (Growth * (end - From));

        public readonly long WorkThrough(long boundary) =>
            HasWork ? LockstepClock.Sum(First, Growth, boundary - From + 1) : 0;
    }
}
