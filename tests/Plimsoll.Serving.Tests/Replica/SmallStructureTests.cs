using FsCheck;
using FsCheck.Fluent;
using Plimsoll.Core;
using Plimsoll.Serving.Replica;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Replica;

/// <summary>Prefix index, waiting queue and running order against what the library has for the purpose.</summary>
public class SmallStructureTests
{
    [Fact]
    public void Prefix_index_agrees_with_a_dictionary() => Prop.ForAll<(byte Key, int Block, bool Remove)[]>(operations =>
    {
        var index = new PrefixIndex();
        var naive = new Dictionary<ulong, int>();
        foreach ((byte key, int block, bool remove) in operations)
        {
            Apply(index, naive, Spread(key), block & int.MaxValue, remove);
        }

        return Enumerable.Range(0, 256).All(key => Agrees(index, naive, Spread((byte)key)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Prefix_index_grows_to_thousands_and_shrinks_back_without_losing_any()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("index");
            var index = new PrefixIndex();
            var naive = new Dictionary<ulong, int>();
            int keys = 200 + (int)dice.NextBelow(3000);
            for (int phase = 0; phase < 4; phase++)
            {
                // Odd phases mostly remove. The low bits of the keys crowd, so that runs are long and wrap around the table's end.
                for (int i = 0; i < 3 * keys; i++)
                {
                    ulong key = (ulong)dice.NextBelow(keys);
                    bool remove = dice.NextBelow(10) < (phase % 2 == 0 ? 2 : 8);
                    Apply(index, naive, ((key * 37) << 32) | (uint.MaxValue - (key % 11)), i, remove);
                }

                Assert.Equal(naive.Count, index.Count);
                Assert.All(naive, pair => Assert.Equal(pair.Value, index.Find(pair.Key)));
            }
        }
    }

    [Fact]
    public void Waiting_queue_agrees_with_a_linked_list()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 100); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("queue");
            var queue = new WaitingQueue(sorted: false);
            var naive = new LinkedList<int>();
            long grows = 4 + dice.NextBelow(6);
            for (int slot = 0; slot < 600; slot++)
            {
                Operate(ref dice, queue, naive, slot, grows);
                Assert.Equal(naive.Count, queue.Count);
                Assert.True(naive.Count == 0 || naive.First!.Value == queue.Head, $"seed {seed}, slot {slot}");
            }

            for (; naive.Count > 0; naive.RemoveFirst(), queue.PopFront())
            {
                Assert.Equal(naive.First!.Value, queue.Head);
            }

            Assert.Equal(0, queue.Count);
        }
    }

    [Fact]
    public void Sorted_waiting_queue_agrees_with_a_sorted_set()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 100); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("sorted queue");
            var queue = new WaitingQueue(sorted: true);
            var naive = new SortedSet<(long Key, Instant Arrival, RequestId Id)>();
            long grows = 4 + dice.NextBelow(6);
            for (int slot = 0; slot < 600; slot++)
            {
                if (naive.Count == 0 || dice.NextBelow(10) < grows)
                {
                    (long Key, Instant Arrival, RequestId Id) entry =
                        (dice.NextBelow(20), new Instant(dice.NextBelow(5)), new RequestId(slot));
                    naive.Add(entry);
                    Assert.Equal(naive.Min == entry, queue.Add(slot, entry.Key, entry.Arrival, entry.Id));
                }
                else if (dice.NextBelow(3) == 0)
                {
                    (long Key, Instant Arrival, RequestId Id) removed = naive.ElementAt((int)dice.NextBelow(naive.Count));
                    naive.Remove(removed);
                    queue.Remove((int)removed.Id.Value);
                }
                else
                {
                    naive.Remove(naive.Min);
                    queue.PopFront();
                }

                Assert.Equal(naive.Count, queue.Count);
                Assert.True(naive.Count == 0 || naive.Min.Id.Value == queue.Head, $"seed {seed}, slot {slot}");
            }
        }
    }

    [Fact]
    public void Running_order_agrees_with_a_list()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(usual: 100); seed++)
        {
            RandomStream dice = new RandomTree(seed).Stream("order");
            var order = new RunningOrder();
            var sequences = new Sequence[300];
            var naive = new List<int>();
            var outside = new Queue<int>(Enumerable.Range(0, sequences.Length));
            long most = 1 + dice.NextBelow(sequences.Length);
            for (int turn = 0; turn < 1000; turn++)
            {
                if (naive.Count < most && (naive.Count == 0 || dice.NextBelow(2) == 0))
                {
                    int slot = outside.Dequeue();
                    sequences[slot].PlaceInOrder = order.Append(slot, sequences);
                    naive.Add(slot);
                }
                else
                {
                    int slot = naive[dice.NextBelow(3) == 0 ? ^1 : (int)dice.NextBelow(naive.Count)];
                    order.Remove(sequences[slot].PlaceInOrder);
                    naive.Remove(slot);
                    outside.Enqueue(slot);
                }

                Assert.Equal(naive.Count, order.Count);
                Assert.True(naive.Count == 0 || naive[^1] == order.Last, $"seed {seed}, turn {turn}");
                IEnumerable<int> places = Enumerable.Range(0, order.Places).Select(place => order[place]);
                Assert.Equal(naive, places.Where(slot => slot != RunningOrder.Hole));
            }
        }
    }

    private static void Operate(ref RandomStream dice, WaitingQueue queue, LinkedList<int> naive, int slot, long grows)
    {
        if (naive.Count == 0 || dice.NextBelow(10) < grows)
        {
            if (dice.NextBelow(3) == 0)
            {
                queue.Return(slot, 0, default, new RequestId(slot));
                naive.AddFirst(slot);
            }
            else
            {
                Assert.Equal(naive.Count == 0, queue.Add(slot, 0, default, new RequestId(slot)));
                naive.AddLast(slot);
            }
        }
        else if (dice.NextBelow(3) == 0)
        {
            int removed = naive.ElementAt((int)dice.NextBelow(naive.Count));
            queue.Remove(removed);
            naive.Remove(removed);
        }
        else
        {
            queue.PopFront();
            naive.RemoveFirst();
        }
    }

    private static void Apply(PrefixIndex index, Dictionary<ulong, int> naive, ulong key, int block, bool remove)
    {
        if (!remove)
        {
            int found = index.FindOrAdd(key, block);
            Assert.Equal(naive.GetValueOrDefault(key, block), found);
            index.Replace(key, block);
            naive[key] = block;
        }
        else if (naive.Remove(key))
        {
            index.Remove(key);
        }
    }

    private static bool Agrees(PrefixIndex index, Dictionary<ulong, int> naive, ulong key) =>
        index.Find(key) == naive.GetValueOrDefault(key, -1) && index.Count == naive.Count;

    // Four keys to a home slot, around the end of the table.
    private static ulong Spread(byte key) => ((ulong)key << 40) | (60UL + (key % 8UL));
}
