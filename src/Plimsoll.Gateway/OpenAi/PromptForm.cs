namespace Plimsoll.Gateway.OpenAi;

/// <summary>What a prompt is made of, as far as its tokens are concerned.</summary>
internal enum PromptForm
{
    /// <summary>Something whose tokens are not all there is to it, such as an image, or several prompts.</summary>
    Other,

    /// <summary>One text, or a conversation of nothing but text.</summary>
    Text,

    /// <summary>The numbers of its tokens.</summary>
    TokenIds,
}
