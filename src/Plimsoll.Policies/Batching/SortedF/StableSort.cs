namespace Plimsoll.Policies.Batching.SortedF;

/// <summary>Sorts numbers by keys, equal keys by the number itself, without allocating.</summary>
internal static class StableSort
{
    public static void Ascending(Span<long> keys, Span<int> numbers)
    {
        keys.Sort(numbers);
        int from = 0;
        for (int i = 1; i <= keys.Length; i++)
        {
            if (i == keys.Length || keys[i] != keys[from])
            {
                numbers[from..i].Sort();
                from = i;
            }
        }
    }
}
