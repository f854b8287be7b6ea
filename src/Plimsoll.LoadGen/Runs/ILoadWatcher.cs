namespace Plimsoll.LoadGen.Runs;

/// <summary>Who watches a run. Called on the run's own threads, now and then.</summary>
public interface ILoadWatcher
{
    /// <summary>How far it is; false stops the run and keeps what there is.</summary>
    /// <param name="seconds">Since the start of the run.</param>
    /// <param name="started">Requests that were started.</param>
    /// <param name="ended">Requests that have ended.</param>
    bool Continue(double seconds, long started, long ended);
}
