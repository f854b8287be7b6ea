namespace Plimsoll.Serving.Barrier;

/// <summary>Somebody who watches a group of engines. Never changes what happens.</summary>
public interface ILockstepObserver
{
    /// <summary>
    /// Steps went by. Told at the end of the last of them, before requests join; the value is the group's and used again.
    /// </summary>
    void Stepped(LockstepSteps steps);

    /// <summary>Time went by in which no worker had work. Told when the group goes on.</summary>
    /// <param name="picoseconds">How long.</param>
    void Rested(long picoseconds);
}
