namespace Plimsoll.LoadGen.Prompts;

/// <summary>Writes the text, or the token numbers, of a prompt of so many tokens.</summary>
public abstract class PromptText
{
    /// <summary>What it is, for the report.</summary>
    public abstract string Description { get; }

    /// <summary>Whether it writes token numbers in place of text, which only <c>/v1/completions</c> takes.</summary>
    public virtual bool IsNumbers => false;

    /// <summary>
    /// Tokens of its own text that a prompt of so many tokens needs: those that the server adds are not among them; at least 1.
    /// </summary>
    public abstract int OwnTokens(int promptTokens);

    /// <summary>Writes the parts, as the inside of a JSON string or of a JSON list.</summary>
    /// <param name="bytes">Where to.</param>
    /// <param name="parts">The parts, in order and without gaps, from token 0.</param>
    /// <param name="promptTokens">Tokens that the server is to count.</param>
    public abstract void Write(RequestBytes bytes, IReadOnlyList<PromptPart> parts, int promptTokens);
}
