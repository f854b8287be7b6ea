using Plimsoll.Gateway.Backends.KvEvents;
using Plimsoll.Gateway.Dispatching;
using Plimsoll.Wire;

namespace Plimsoll.Gateway.Backends;

/// <summary>What the gateway knows of one backend. Everything but the count in flight is the fleet's to change, under its lock.</summary>
internal sealed class Replica(Backend backend, ReplicaGate gate)
{
    private readonly Lock _lock = new();
    private int _inFlight;
    private int _mostInFlight;
    private double _firstTokenSeconds;
    private int _firstTokens;
    private int _estimated;

    public Backend Backend => backend;

    public ReplicaGate Gate => gate;

    /// <summary>Whether it has left the configuration and only ends what it has.</summary>
    public bool Leaving { get; set; }

    /// <summary>Its models; null as long as it has not said.</summary>
    public EngineModels? Models { get; set; }

    /// <summary>Where it serves; null as long as its models are not known.</summary>
    public ModelPool? Pool { get; set; }

    /// <summary>Its load as last heard; null before that.</summary>
    public EngineLoad? Load { get; set; }

    /// <summary>What its KV events say of its prefix cache; empty where it publishes none.</summary>
    public EngineCache Cache { get; } = new();

    /// <summary>How it goes with asking it into which tokens it cuts prompts.</summary>
    public TokenizerState Tokenizer { get; } = new();

    /// <summary>How often its prefix cache was found to have lost something.</summary>
    public int Shrinks { get; set; }

    /// <summary>The window that the pool was told last; 0 for a new pool.</summary>
    public int? ToldWindow { get; set; } = 0;

    /// <summary>Requests sent there and not yet ended.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Its window where windows adapt; null where they do not.</summary>
    public AdaptiveWindow? Adaptive { get; set; }

    /// <summary>Whether a prompt was sent there since the last question whose tokens are not known.</summary>
    public bool TakeEstimated() => Interlocked.Exchange(ref _estimated, 0) == 1;

    /// <summary>A request is sent there.</summary>
    /// <param name="isEstimated">Whether the tokens of its prompt are not known.</param>
    public void Sent(bool isEstimated = true)
    {
        if (isEstimated)
        {
            Volatile.Write(ref _estimated, 1);
        }

        int inFlight = Interlocked.Increment(ref _inFlight);
        for (int most = Volatile.Read(ref _mostInFlight); inFlight > most;)
        {
            int before = Interlocked.CompareExchange(ref _mostInFlight, inFlight, most);
            if (before == most)
            {
                break;
            }

            most = before;
        }
    }

    /// <summary>A stream from there began so long after the request was sent.</summary>
    public void Began(double seconds)
    {
        lock (_lock)
        {
            (_firstTokenSeconds, _firstTokens) = (_firstTokenSeconds + seconds, _firstTokens + 1);
        }
    }

    /// <summary>What there was since the last question: most requests in flight, and the mean time to first token.</summary>
    public (int MostInFlight, double? FirstTokenSeconds) TakeSeen()
    {
        int most = Interlocked.Exchange(ref _mostInFlight, InFlight);
        lock (_lock)
        {
            double? mean = _firstTokens == 0 ? null : _firstTokenSeconds / _firstTokens;
            (_firstTokenSeconds, _firstTokens) = (0, 0);
            return (most, mean);
        }
    }

    public void Ended() => Interlocked.Decrement(ref _inFlight);
}
