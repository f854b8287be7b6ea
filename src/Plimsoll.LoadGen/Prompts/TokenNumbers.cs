using Plimsoll.Core;

namespace Plimsoll.LoadGen.Prompts;

/// <summary>
/// Token numbers in place of text: exact with any tokenizer, for <c>/v1/completions</c> of engines that take them (vLLM, SGLang, our
/// emulator).
/// </summary>
public sealed class TokenNumbers : PromptText
{
    // Ordinary words in every vocabulary of today: past bytes and control tokens, below the smallest vocabularies.
    private const int First = 1_000;
    private const int Count = 20_000;

    /// <inheritdoc/>
    public override string Description => "token numbers";

    /// <inheritdoc/>
    public override bool IsNumbers => true;

    /// <inheritdoc/>
    public override int OwnTokens(int promptTokens) => Math.Max(1, promptTokens);

    /// <inheritdoc/>
    public override void Write(RequestBytes bytes, IReadOnlyList<PromptPart> parts, int promptTokens)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(parts);
        foreach (PromptPart part in parts)
        {
            for (int token = part.From; token < part.To; token++)
            {
                if (token > 0)
                {
                    bytes.Add(","u8);
                }

                bytes.Add(First + (int)(StableHash.Combine(part.Seed, (ulong)(token - part.From)) % Count));
            }
        }
    }
}
