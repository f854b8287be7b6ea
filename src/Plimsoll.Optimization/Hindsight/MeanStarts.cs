namespace Plimsoll.Optimization.Hindsight;

/// <summary>Spreads a fractional solution of the classes over their jobs: the earlier arrival takes the earlier part.</summary>
internal static class MeanStarts
{
    /// <summary>Σ t·x of each job, in the instance's order.</summary>
    public static double[] Of(HindsightInstance instance, JobClass[] classes, TimeIndexedProgram program, ReadOnlySpan<double> values)
    {
        double[] means = new double[instance.Jobs.Length];
        for (int c = 0; c < classes.Length; c++)
        {
            int member = 0;
            double room = 1;
            for (int t = 0; t <= instance.Horizon; t++)
            {
                int column = program.ColumnOf(c, t);
                double left = column >= 0 ? Math.Max(0, values[column]) : 0;
                while (left > 0)
                {
                    // Rounding can leave a crumb after the last job is full: the last job takes it.
                    bool last = member == classes[c].Count - 1;
                    double part = last ? left : Math.Min(left, room);
                    means[classes[c].Members[member]] += part * t;
                    left -= part;
                    room -= part;
                    if (!last && room <= 0)
                    {
                        member++;
                        room = 1;
                    }
                }
            }
        }

        return means;
    }
}
