namespace Plimsoll.Planning.Fleet;

/// <summary>
/// Which of several answers are worth considering: those that no other beats in one respect without losing in another. Less is better in
/// every respect; a number that does not exist counts as infinite.
/// </summary>
public static class ParetoFront
{
    /// <summary>The answers on the front, in their own order. Of equal ones all stay.</summary>
    /// <typeparam name="T">An answer.</typeparam>
    /// <param name="answers">All of them.</param>
    /// <param name="costsOf">What each costs in every respect, always equally many.</param>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> answers, Func<T, IReadOnlyList<double>> costsOf)
    {
        double[][] costs = [.. answers.Select(answer =>
            costsOf(answer).Select(cost => double.IsNaN(cost) ? double.PositiveInfinity : cost).ToArray())];
        int[] order = [.. Enumerable.Range(0, costs.Length)];
        Array.Sort(order, (a, b) => InOrder(costs[a], costs[b]) is not 0 and int sign ? sign : a.CompareTo(b));

        // Whoever beats another comes before it in this order, and whoever is beaten is beaten by somebody on the front.
        List<int> front = [];
        foreach (int place in order)
        {
            if (!front.Exists(other => Beats(costs[other], costs[place])))
            {
                front.Add(place);
            }
        }

        front.Sort();
        return [.. front.Select(place => answers[place])];
    }

    private static int InOrder(double[] a, double[] b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i].CompareTo(b[i]) is not 0 and int sign)
            {
                return sign;
            }
        }

        return 0;
    }

    private static bool Beats(double[] a, double[] b)
    {
        bool better = false;
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] > b[i])
            {
                return false;
            }

            better |= a[i] < b[i];
        }

        return better;
    }
}
