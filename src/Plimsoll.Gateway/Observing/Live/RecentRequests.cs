using System.Globalization;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Observing.Live;

/// <summary>
/// The last requests, as many as two rings hold: one of requests, one of all their prefix hashes; the oldest go first. Nothing in them is
/// an object, so that traffic which is remembered for minutes costs the garbage collector nothing. For one caller at a time.
/// </summary>
/// <param name="mostRequests">Most requests kept, from 1.</param>
/// <param name="mostHashes">Most prefix hashes kept, of all requests together; a request of more keeps its first ones.</param>
internal sealed class RecentRequests(int mostRequests, int mostHashes)
{
    private readonly Entry[] _entries = new Entry[mostRequests];
    private readonly ulong[] _hashes = new ulong[mostHashes];

    // Models that are served: few.
    private readonly List<string> _models = [];
    private long _from;
    private long _to;
    private long _hashesTo;

    /// <summary>Keeps one more.</summary>
    public void Add(in InferenceRequest request)
    {
        RequestDetails? details = request.Details;
        ReadOnlySpan<ulong> hashes = details is null ? default : details.PrefixHashArray;
        hashes = hashes[..Math.Min(hashes.Length, mostHashes)];
        if (_to - _from == mostRequests)
        {
            _from++;
        }

        while (_from < _to && _hashesTo + hashes.Length - _entries[_from % mostRequests].HashesFrom > mostHashes)
        {
            _from++;
        }

        _entries[_to++ % mostRequests] = new Entry
        {
            Arrival = request.Arrival,
            PromptTokens = request.PromptTokens,
            OutputTokens = request.OutputTokens,
            HasDetails = details is not null,
            Session = NumberOf(details?.Session),
            Client = NumberOf(details?.Client),
            Model = details?.Model is { } model ? PlaceOf(model) : -1,
            Priority = details?.Priority ?? 0,
            PredictedOutputTokens = details?.PredictedOutputTokens ?? 0,
            Deadline = details?.Deadline,
            MaxOutputTokens = details?.MaxOutputTokens,
            BlockTokens = details?.BlockTokens ?? 0,
            HashesFrom = _hashesTo,
            Hashes = hashes.Length,
        };
        int start = (int)(_hashesTo % Math.Max(1, mostHashes));
        ReadOnlySpan<ulong> before = hashes[..Math.Min(hashes.Length, mostHashes - start)];
        before.CopyTo(_hashes.AsSpan(start));
        hashes[before.Length..].CopyTo(_hashes);
        _hashesTo += hashes.Length;
    }

    /// <summary>
    /// Those that arrived since an instant, in order of arrival, numbered from 0; sessions and clients under other names, equal ones under
    /// equal names.
    /// </summary>
    /// <param name="since">The instant.</param>
    /// <param name="most">No more than these, the latest.</param>
    public InferenceRequest[] Since(Instant since, int most)
    {
        List<long> places = [];
        for (long place = _from; place < _to; place++)
        {
            if (_entries[place % mostRequests].Arrival >= since)
            {
                places.Add(place);
            }
        }

        return [.. places
            .OrderBy(place => _entries[place % mostRequests].Arrival)
            .ThenBy(place => place)
            .TakeLast(most)
            .Select((place, number) => RequestOf(_entries[place % mostRequests], number))];
    }

    private InferenceRequest RequestOf(in Entry entry, int number) => new(
        new RequestId(number),
        entry.Arrival,
        entry.PromptTokens,
        entry.OutputTokens,
        !entry.HasDetails ? null : new RequestDetails
        {
            Session = NameOf(entry.Session),
            Client = NameOf(entry.Client),
            Model = entry.Model < 0 ? null : _models[entry.Model],
            Priority = entry.Priority,
            PredictedOutputTokens = entry.PredictedOutputTokens,
            Deadline = entry.Deadline,
            MaxOutputTokens = entry.MaxOutputTokens,
            PrefixHashArray = HashesOf(entry),
            BlockTokens = entry.BlockTokens,
        });

    private ulong[] HashesOf(in Entry entry)
    {
        ulong[] hashes = new ulong[entry.Hashes];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = _hashes[(entry.HashesFrom + i) % mostHashes];
        }

        return hashes;
    }

    private int PlaceOf(string model)
    {
        int place = _models.IndexOf(model);
        if (place < 0)
        {
            place = _models.Count;
            _models.Add(model);
        }

        return place;
    }

    private static ulong? NumberOf(string? name) => name is null ? null : StableHash.Of(name);

    private static string? NameOf(ulong? number) => number?.ToString("x16", CultureInfo.InvariantCulture);

    private readonly record struct Entry
    {
        public required Instant Arrival { get; init; }

        public required int PromptTokens { get; init; }

        public required int OutputTokens { get; init; }

        public required bool HasDetails { get; init; }

        public required ulong? Session { get; init; }

        public required ulong? Client { get; init; }

        /// <summary>Place in the list of models; -1 for none.</summary>
        public required int Model { get; init; }

        public required int Priority { get; init; }

        public required int PredictedOutputTokens { get; init; }

        public required Duration? Deadline { get; init; }

        public required int? MaxOutputTokens { get; init; }

        public required int BlockTokens { get; init; }

        /// <summary>Where its hashes begin, counted from the first hash ever kept.</summary>
        public required long HashesFrom { get; init; }

        public required int Hashes { get; init; }
    }
}
