using Plimsoll.Core;
using Plimsoll.Policies.Balancing;
using Plimsoll.Serving.Barrier;

namespace Plimsoll.Serving.Tests.Barrier;

/// <summary>The pool keeps the order of arrival, whoever is taken out.</summary>
public class LockstepPoolTests
{
    [Fact]
    public void As_a_list_would()
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("pool");
            var pool = new LockstepPool();
            var list = new List<long>();
            long next = 0;
            for (int i = 0; i < 300; i++)
            {
                for (long added = dice.NextBelow(8); added > 0; added--)
                {
                    list.Add(next);
                    pool.Add(new LockstepRequest(new InferenceRequest(new RequestId(next), Instant.Zero, 1 + (int)next, 1), default, (int)next));
                    next++;
                }

                int visible = 1 + (int)dice.NextBelow(20);
                Placement[] seen = [.. Enumerable.Range(0, Math.Min(visible, list.Count)).Select(place => new Placement(place, 0))];
                List<Placement> taken = Picked(seen, ref dice);
                Assert.All(taken, placement => Assert.True(pool.Take(placement.Waiting)));
                Assert.All(taken, placement => Assert.False(pool.Take(placement.Waiting)));
                pool.Remove([.. taken]);
                HashSet<int> gone = [.. taken.Select(placement => placement.Waiting)];
                list = [.. list.Where((_, place) => !gone.Contains(place))];
                Assert.True(list.SequenceEqual(Ids(pool)), $"seed {seed}, round {i}");
            }
        }
    }

    private static IEnumerable<long> Ids(LockstepPool pool)
    {
        WaitingRequest[] views = pool.Visible(int.MaxValue).ToArray();
        Assert.Equal(pool.Count, views.Length);
        Assert.Equal(views.Select(view => view.Id), Enumerable.Range(0, pool.Count).Select(place => pool[place].Request.Id));
        return views.Select(view => view.Id.Value);
    }

    private static List<Placement> Picked(Placement[] all, ref RandomStream dice)
    {
        var picked = new List<Placement>();
        foreach (Placement placement in all)
        {
            if (dice.NextBelow(3) == 0)
            {
                picked.Insert((int)dice.NextBelow(picked.Count + 1), placement);
            }
        }

        return picked;
    }
}
