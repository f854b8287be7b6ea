namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// Bytes of prompt for each token of one model, learned from what the engines count: a ratio of sums, of which the older half is forgotten
/// again and again. Prompts that came through before the first count are taken at four bytes a token.
/// </summary>
internal sealed class TokenRatio
{
    private const double FirstGuess = 4;

    // About a hundred prompts of a thousand tokens: enough to be steady, little enough to follow.
    private const long MostTokens = 100_000;

    private readonly Lock _lock = new();
    private long _bytes;
    private long _tokens;
    private double _bytesPerToken = FirstGuess;

    /// <summary>The ratio now.</summary>
    public double BytesPerToken => Volatile.Read(ref _bytesPerToken);

    /// <summary>Tokens that a prompt of so many bytes has, from 1.</summary>
    public int TokensOf(int bytes) => Math.Max(1, (int)(bytes / BytesPerToken));

    /// <summary>An engine counted.</summary>
    public void Learn(int bytes, int tokens)
    {
        if (bytes <= 0 || tokens <= 0)
        {
            return;
        }

        lock (_lock)
        {
            (_bytes, _tokens) = (_bytes + bytes, _tokens + tokens);
            Volatile.Write(ref _bytesPerToken, (double)_bytes / _tokens);
            if (_tokens > MostTokens)
            {
                (_bytes, _tokens) = (_bytes / 2, _tokens / 2);
            }
        }
    }
}
