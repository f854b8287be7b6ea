using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Plimsoll.LoadGen.Tokenizers;

/// <summary>
/// A byte-level BPE tokenizer: text is split into pieces by a pattern, each piece is bytes, and pairs of neighbours are merged, the
/// earliest rule of the list first (Sennrich et al. 2016; the byte alphabet is GPT-2's). Special tokens within the text are not looked for.
/// </summary>
public sealed class BytePairTokenizer
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<(string, string), int> _ranks;
    private readonly Regex[] _splitters;
    private readonly bool _prefixBlank;
    private readonly bool _wholePiecesFirst;

    internal BytePairTokenizer(
        Dictionary<string, int> vocabulary, Dictionary<(string, string), int> ranks, Regex[] splitters, bool prefixBlank,
            bool wholePiecesFirst, int added)
    {
        (_vocabulary, _ranks, _splitters) = (vocabulary, ranks, splitters);
        (_prefixBlank, _wholePiecesFirst, AddedTokens) = (prefixBlank, wholePiecesFirst, added);
    }

    /// <summary>Tokens in the vocabulary.</summary>
    public int VocabularySize => _vocabulary.Count;

    /// <summary>Special tokens that it puts around a single text, such as the one that begins it.</summary>
    public int AddedTokens { get; }

    /// <summary>The tokens of a text, special ones not added.</summary>
    /// <exception cref="InvalidDataException">A byte of it is in no token.</exception>
    public IReadOnlyList<int> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> tokens = [];
        string whole = _prefixBlank && !text.StartsWith(' ') ? " " + text : text;
        IEnumerable<string> pieces = _splitters.Aggregate<Regex,
            IEnumerable<string>>([whole], (parts, splitter) => parts.SelectMany(part => Split(splitter, part)));
        foreach (string piece in pieces.Where(piece => piece.Length > 0))
        {
            AddPiece(piece, tokens);
        }

        return tokens;
    }

    /// <summary>Words of ASCII letters that are one token, in the order of their numbers.</summary>
    /// <param name="afterBlank">Whether they begin with a blank.</param>
    public IEnumerable<string> WholeWords(bool afterBlank)
    {
        const int Most = 8192;
        const int Shortest = 2;
        string mark = afterBlank ? ByteAlphabet.Of(' ') : "";
        return _vocabulary
            .Where(entry => entry.Key.Length >= mark.Length + Shortest && entry.Key.StartsWith(mark, StringComparison.Ordinal)
                && entry.Key.AsSpan(mark.Length).IndexOfAnyExceptInRange('a', 'z') < 0)
            .OrderBy(entry => entry.Value)
            .Select(entry => (afterBlank ? " " : "") + entry.Key[mark.Length..])
            .Where(word => IsOneToken(word, afterBlank))
            .Take(Most);
    }

    // After another word, as it will stand.
    private bool IsOneToken(string word, bool afterBlank) => afterBlank ? Encode("a" + word).Count == Encode("a").Count + 1
        : Encode(word).Count == 1;

    private static IEnumerable<string> Split(Regex splitter, string text)
    {
        int at = 0;
        foreach (Match match in splitter.Matches(text))
        {
            if (match.Index > at)
            {
                yield return text[at..match.Index];
            }

            yield return match.Value;
            at = match.Index + match.Length;
        }

        if (at < text.Length)
        {
            yield return text[at..];
        }
    }

    private void AddPiece(string piece, List<int> tokens)
    {
        string letters = ByteAlphabet.Of(Encoding.UTF8.GetBytes(piece));
        if (_wholePiecesFirst && _vocabulary.TryGetValue(letters, out int known))
        {
            tokens.Add(known);
            return;
        }

        List<string> parts = [.. letters.Select(letter => letter.ToString())];
        while (Best(parts) is { } at)
        {
            parts[at] += parts[at + 1];
            parts.RemoveAt(at + 1);
        }

        foreach (string part in parts)
        {
            tokens.Add(_vocabulary.TryGetValue(part, out int token) ? token
                : throw new InvalidDataException($"the vocabulary lacks '{part}'"));
        }
    }

    private int? Best(List<string> parts)
    {
        int? best = null;
        int lowest = int.MaxValue;
        Span<string> span = CollectionsMarshal.AsSpan(parts);
        for (int i = 0; i + 1 < span.Length; i++)
        {
            if (_ranks.TryGetValue((span[i], span[i + 1]), out int rank) && rank < lowest)
            {
                (best, lowest) = (i, rank);
            }
        }

        return best;
    }
}
