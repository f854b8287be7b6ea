namespace Plimsoll.Serving.Barrier;

/// <summary>Somebody who watches the steps of a group of engines. Never changes what happens.</summary>
public interface ILockstepObserver
{
    /// <summary>Steps went by. Told at the end of the last of them, before requests join; the value is the group's and used again.</summary>
    void Stepped(LockstepSteps steps);
}
