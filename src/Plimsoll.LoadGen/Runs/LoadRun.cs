using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Plimsoll.Core;
using Plimsoll.LoadGen.Http;
using Plimsoll.LoadGen.Timing;
using Plimsoll.Metrics;

namespace Plimsoll.LoadGen.Runs;

/// <summary>
/// One run against a server. The calling thread does nothing but start requests at their intended times; a second writes requests ahead;
/// answers are read by the thread pool. In an open loop nothing that the server does delays a start: what it makes others wait for shows in
/// their latency (no coordinated omission).
/// </summary>
public sealed class LoadRun : IDisposable
{
    private const int MostPrepared = 4096;
    private const long MostPreparedBytes = 64L << 20;
    private const long Progress = 50_000_000;
    private static readonly TimeSpan LeadTime = TimeSpan.FromMilliseconds(100);

    private readonly LoadPlan _plan;
    private readonly ILoadWatcher _watcher;
    private readonly ConnectionPool _pool;
    private readonly PreparedQueue _prepared = new(MostPrepared, MostPreparedBytes);
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _quiet = new();
    private readonly List<RequestRecord> _records = [];
    private readonly Stack<Exchange> _exchanges = new();
    private readonly LatencySketch _gaps = new();
    private readonly Lock _results = new();
    private RunClock _clock = RunClock.StartingIn(LeadTime);
    private long _started;
    private long _ended;
    private long _resent;
    private long _lastLook;
    private long _inFlight = 1;
    private volatile bool _interrupted;
    private bool _closed;

    private LoadRun(LoadPlan plan, Target target, IPEndPoint at, ILoadWatcher watcher)
    {
        (_plan, _watcher) = (plan, watcher);
        _pool = new ConnectionPool(target, at);
    }

    /// <summary>Runs to the end; blocks the calling thread.</summary>
    /// <param name="plan">What to send.</param>
    /// <param name="target">The server.</param>
    /// <param name="at">One of its addresses.</param>
    /// <param name="watcher">Who watches.</param>
    /// <exception cref="SocketException">The server cannot be reached before the first request.</exception>
    public static LoadResult Execute(LoadPlan plan, Target target, IPEndPoint at, ILoadWatcher watcher)
    {
        using var run = new LoadRun(plan, target, at, watcher);
        return run.Execute();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pool.Dispose();
        _stop.Dispose();
        _quiet.Dispose();
    }

    private LoadResult Execute()
    {
        int warm = Math.Min(_plan.ClosedConcurrency ?? _plan.WarmConnections, _plan.Requests.Count);
        _pool.WarmAsync(warm, _stop.Token).GetAwaiter().GetResult();
        var writing = new Thread(Prepare) { IsBackground = true, Name = "request writer" };
        writing.Start();
        _clock = RunClock.StartingIn(LeadTime);
        var meter = new LoadMeter();
        LatencySketch loopLag;
        using (var probe = new LoopProbe(Look))
        {
            if (_plan.ClosedConcurrency is { } concurrency)
            {
                StartLoop(concurrency);
            }
            else
            {
                StartOnTime();
            }

            Drain();
            loopLag = probe.Stop();
        }

        double seconds = _clock.Now / 1e9;
        ClientLoad client = meter.Read();
        _prepared.Abandon();
        _pool.AbortAll("the run has ended");
        writing.Join();
        return Conclude(seconds, client, loopLag);
    }

    private LoadResult Conclude(double seconds, ClientLoad client, LatencySketch loopLag)
    {
        lock (_results)
        {
            // What ends from here on has not ended in the run.
            _closed = true;
            RequestRecord[] records = [.. _records.OrderBy(record => record.Id)];
            long last = records.Length == 0 ? 0 : records.Max(record => record.Finished);
            return new LoadResult(
                records, _gaps, loopLag, client, _pool.Opened, Interlocked.Read(ref _resent), _interrupted || last <= 0 ? seconds
                    : last / 1e9, _interrupted);
        }
    }

    private void Prepare()
    {
        for (int i = 0; i < _plan.Requests.Count; i++)
        {
            InferenceRequest request = _plan.Requests[i];
            var record = new RequestRecord
            {
                Id = i,
                PromptTokens = request.PromptTokens,
                OutputTokens = request.OutputTokens,
                CancelledAfterTokens = request.Details?.CancelledAfterTokens,
                Intended = request.Arrival.Nanoseconds,
            };
            if (!_prepared.Add(new PreparedRequest(record, _plan.Writer.Write(request, i))))
            {
                return;
            }
        }

        _prepared.Complete();
    }

    private void StartOnTime()
    {
        var sleep = new PreciseSleep();
        while (_prepared.Take(out PreparedRequest request) && sleep.Until(_clock, request.Record.Intended, _stop.Token))
        {
            Start(request);
        }
    }

    private void StartLoop(int concurrency)
    {
        new PreciseSleep().Until(_clock, 0, _stop.Token);
        for (int i = 0; i < concurrency; i++)
        {
            StartNext(0);
        }
    }

    // In a closed loop a request is intended at the moment at which the one before it ended.
    private void StartNext(long intended)
    {
        if (!_stop.IsCancellationRequested && _prepared.Take(out PreparedRequest request))
        {
            request.Record.Intended = intended;
            Start(request);
        }
    }

    private void Start(in PreparedRequest request)
    {
        RequestRecord record = request.Record;
        Interlocked.Increment(ref _inFlight);
        Interlocked.Increment(ref _started);
        lock (_results)
        {
            _records.Add(record);
        }

        long deadline = record.Intended + _plan.Timeout.Nanoseconds;
        Connection? connection = _pool.TryTake(deadline);
        if (connection is null || !connection.SendsAtOnce(request.Bytes.Length))
        {
            _ = ServeAsync(request, connection, sent: false);
            return;
        }

        record.Started = _clock.Now;
        try
        {
            connection.Send(request.Bytes.Span);
            record.Sent = _clock.Now;
            _ = ServeAsync(request, connection, sent: true);
        }
        catch (SocketException)
        {
            // The server had closed it while it waited.
            _pool.Drop(connection);
            Interlocked.Increment(ref _resent);
            _ = ServeAsync(request, null, sent: false);
        }
    }

    private async Task ServeAsync(PreparedRequest request, Connection? connection, bool sent)
    {
        RequestRecord record = request.Record;
        Exchange exchange = Rent();
        try
        {
            await ExchangeAsync(request, exchange, connection, sent).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or SocketException or InvalidDataException or ObjectDisposedException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException)
        {
            record.Finished = _clock.Now;
            (record.Outcome, record.Reason) = (LoadOutcome.Failed, broken.Message);
        }

        request.Bytes.Dispose();
        End(record, exchange);
    }

    private async Task ExchangeAsync(PreparedRequest request, Exchange exchange, Connection? connection, bool sent)
    {
        RequestRecord record = request.Record;
        exchange.Start(record);
        while (true)
        {
            bool isUsed = connection?.Carried > (sent ? 1 : 0);
            if (record.Started < 0)
            {
                record.Started = _clock.Now;
            }

            connection ??= await _pool.OpenAsync(record.Intended + _plan.Timeout.Nanoseconds, _stop.Token).ConfigureAwait(false);
            try
            {
                if (!sent)
                {
                    await connection.SendAsync(request.Bytes.Memory, _stop.Token).ConfigureAwait(false);
                    record.Sent = _clock.Now;
                }

                bool again = !exchange.HangsUp && await connection.ReceiveAsync(exchange).ConfigureAwait(false);
                exchange.Conclude();
                record.Finished = record.Finished <= 0 ? _clock.Now : record.Finished;
                if (again)
                {
                    _pool.Return(connection);
                }
                else
                {
                    _pool.Drop(connection);
                }

                return;
            }
            catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or InvalidDataException)
            {
                string? ours = connection.AbortReason;
                _pool.Drop(connection);
                if (ours is not null)
                {
                    throw new IOException(ours, broken);
                }

                if (!isUsed || exchange.HasBegun || broken is InvalidDataException)
                {
                    throw;
                }
            }

            // An idle connection may be closed by the server at any time: that says nothing of this request.
            Interlocked.Increment(ref _resent);
            (connection, sent) = (null, false);
        }
    }

    private Exchange Rent()
    {
        lock (_results)
        {
            return _exchanges.TryPop(out Exchange? exchange) ? exchange : new Exchange(_clock);
        }
    }

    private void End(RequestRecord record, Exchange exchange)
    {
        lock (_results)
        {
            if (_closed || _stop.IsCancellationRequested && record.Outcome == LoadOutcome.Failed)
            {
                (record.Outcome, record.Reason, record.Finished) = (LoadOutcome.InFlight, null, -1);
            }
            else
            {
                _ended++;
            }

            foreach (long gap in exchange.Gaps)
            {
                _gaps.Add(new Duration(gap));
            }

            _exchanges.Push(exchange);
        }

        if (_plan.ClosedConcurrency is not null && !_stop.IsCancellationRequested)
        {
            long now = _clock.Now;
            if (RuntimeHelpers.TryEnsureSufficientExecutionStack())
            {
                StartNext(now);
            }
            else
            {
                // Requests that fail at once would otherwise pile up on each other.
                Interlocked.Increment(ref _inFlight);
                ThreadPool.UnsafeQueueUserWorkItem(StartLater, now, preferLocal: false);
            }
        }

        Leave();
    }

    private void StartLater(long intended)
    {
        StartNext(intended);
        Leave();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            _quiet.Set();
        }
    }

    // Called every few milliseconds by the probe.
    private void Look()
    {
        long now = _clock.Now;
        if (now - _lastLook < Progress || _stop.IsCancellationRequested)
        {
            return;
        }

        _lastLook = now;
        _pool.AbortLate(now, $"no answer within {_plan.Timeout}");
        if (!_watcher.Continue(now / 1e9, Interlocked.Read(ref _started), Interlocked.Read(ref _ended)))
        {
            _interrupted = true;
            Halt();
        }
    }

    private void Halt()
    {
        _stop.Cancel();
        _prepared.Abandon();
        _pool.AbortAll("the run has ended");
    }

    private void Drain()
    {
        Leave();
        if (_plan.ClosedConcurrency is not null)
        {
            // The loop itself ends with its last request; only then does the wait begin.
            while (!_quiet.Wait(20) && Interlocked.Read(ref _started) < _plan.Requests.Count && !_stop.IsCancellationRequested)
            {
            }
        }

        if (!_quiet.Wait(TimeSpan.FromSeconds(_interrupted ? 1 : _plan.Drain.Seconds), CancellationToken.None))
        {
            Halt();
            _quiet.Wait(TimeSpan.FromSeconds(1));
        }
    }
}
