namespace Plimsoll.Gateway.Backends.Discovery;

/// <summary>
/// Asks the sources again and again, and tells the fleet when something has changed. A source that fails keeps what it said last: a name
/// server that is away must not take engines away that are well.
/// </summary>
internal sealed class BackendDiscovery : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IBackendSource[] _sources;
    private readonly IReadOnlyList<Backend>[] _known;
    private readonly string?[] _troubles;
    private readonly Action<IReadOnlyList<Backend>> _changed;
    private readonly Action<string> _trouble;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly Task _work;

    /// <summary>Starts to ask.</summary>
    /// <param name="sources">Whom.</param>
    /// <param name="interval">How often.</param>
    /// <param name="changed">Told all backends of all sources whenever they are others than before.</param>
    /// <param name="trouble">Told once when a source fails, and again when it fails for another reason.</param>
    /// <param name="time">The wall clock.</param>
    public BackendDiscovery(
        IReadOnlyList<IBackendSource> sources, TimeSpan interval, Action<IReadOnlyList<Backend>> changed, Action<string> trouble, TimeProvider time)
    {
        (_sources, _interval, _changed, _trouble, _time) = ([.. sources], interval, changed, trouble, time);
        _known = [.. sources.Select(_ => (IReadOnlyList<Backend>)[])];
        _troubles = new string?[sources.Count];
        _work = sources.Count == 0 ? Task.CompletedTask : Task.Run(AskAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AskAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            bool isNew = false;
            for (int i = 0; i < _sources.Length; i++)
            {
                isNew |= await HasChangedAsync(i).ConfigureAwait(false);
            }

            if (isNew)
            {
                _changed([.. _known.SelectMany(backends => backends).DistinctBy(backend => backend.Name)]);
            }

            await Task.Delay(_interval, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> HasChangedAsync(int source)
    {
        try
        {
            IReadOnlyList<Backend> now = await _sources[source].ReadAsync(_stop.Token).ConfigureAwait(false);
            _troubles[source] = null;
            bool isNew = !now.SequenceEqual(_known[source]);
            _known[source] = now;
            return isNew;
        }
        catch (IOException unknown)
        {
            if (_troubles[source] != unknown.Message)
            {
                _troubles[source] = unknown.Message;
                _trouble(unknown.Message);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }

        return false;
    }
}
