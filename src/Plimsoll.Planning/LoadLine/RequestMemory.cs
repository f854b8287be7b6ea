namespace Plimsoll.Planning.LoadLine;

/// <summary>
/// The KV memory a request occupies over its life: the area under its memory by steps, in token·steps.
/// <para>g(s, o) = ((1 + s/c)·s + 2·o·s + (1 + o)·o) / 2</para>
/// <para>
/// A prompt of s tokens grows by c tokens a step until it is resident (s/c steps, a real number), then each of o output tokens adds one.
/// Source: Nie, Si, Zhou, arXiv:2605.04595, section 4 (scheduling theory, section 1.2).
/// </para>
/// </summary>
public static class RequestMemory
{
    /// <summary>g(s, o) in token·steps.</summary>
    /// <param name="promptTokens">s, from 0.</param>
    /// <param name="outputTokens">o, from 0.</param>
    /// <param name="chunkTokens">c, the prompt tokens a step adds, above 0; infinity for prompts that take one step or none.</param>
    public static double TokenSteps(double promptTokens, double outputTokens, double chunkTokens) =>
        (((1 + (promptTokens / chunkTokens)) * promptTokens) + Decode(promptTokens, outputTokens)) / 2;

    /// <summary>
    /// The same with whole steps: a prompt takes ⌈s/c⌉ of them, the last chunk is what is left, and each step holds what it computed.
    /// </summary>
    /// <param name="promptTokens">s, from 0.</param>
    /// <param name="outputTokens">o, from 0.</param>
    /// <param name="chunkTokens">c, from 1.</param>
    public static double WholeTokenSteps(int promptTokens, int outputTokens, int chunkTokens)
    {
        double full = promptTokens / chunkTokens;
        double rest = promptTokens % chunkTokens > 0 ? promptTokens : 0;
        return (full * (full + 1) / 2 * chunkTokens) + rest + (Decode(promptTokens, outputTokens) / 2);
    }

    private static double Decode(double promptTokens, double outputTokens) =>
        (2 * outputTokens * promptTokens) + ((1 + outputTokens) * outputTokens);
}
