using Plimsoll.Policies.Balancing;

namespace Plimsoll.Serving.Barrier;

/// <summary>
/// Requests of a group that are on no worker yet, in order of arrival, in one piece so that a policy can be shown the first of them.
/// Taking some out moves those before the last of them, so that a policy that takes from the front costs what it takes.
/// </summary>
internal sealed class LockstepPool
{
    private WaitingRequest[] _views = new WaitingRequest[64];
    private LockstepRequest[] _requests = new LockstepRequest[64];
    private bool[] _taken = new bool[64];
    private int _first;
    private int _end;

    /// <summary>Requests in it.</summary>
    public int Count => _end - _first;

    /// <summary>The first of them, at most so many, as a policy sees them.</summary>
    public ReadOnlySpan<WaitingRequest> Visible(int most) => _views.AsSpan(_first, Math.Min(most, Count));

    /// <summary>The request at this place.</summary>
    public ref readonly LockstepRequest this[int place] => ref _requests[_first + place];

    /// <summary>Joins at the end.</summary>
    public void Add(in LockstepRequest request)
    {
        if (_end == _views.Length)
        {
            MakeRoom();
        }

        _views[_end] = new WaitingRequest(request.Request.Id, request.Request.PromptTokens, request.Prediction.Point);
        _requests[_end++] = request;
    }

    /// <summary>Marks the request at this place as taken; false if it was already.</summary>
    public bool Take(int place) => !_taken[_first + place] && (_taken[_first + place] = true);

    /// <summary>Removes the requests at these places, all of them taken.</summary>
    public void Remove(ReadOnlySpan<Placement> placements)
    {
        int last = -1;
        foreach (Placement placement in placements)
        {
            last = Math.Max(last, placement.Waiting);
        }

        int to = _first + last + 1;
        for (int from = _first + last; from >= _first; from--)
        {
            if (_taken[from])
            {
                _taken[from] = false;
                continue;
            }

            to--;
            (_views[to], _requests[to]) = (_views[from], _requests[from]);
        }

        for (int place = _first; place < to; place++)
        {
            _requests[place] = default;
        }

        _first = to;
    }

    private void MakeRoom()
    {
        int count = Count;
        int room = count > _views.Length / 2 ? _views.Length * 2 : _views.Length;
        var views = room == _views.Length ? _views : new WaitingRequest[room];
        var requests = room == _requests.Length ? _requests : new LockstepRequest[room];
        Array.Copy(_views, _first, views, 0, count);
        Array.Copy(_requests, _first, requests, 0, count);
        Array.Clear(requests, count, Math.Max(0, _requests.Length - count));
        (_views, _requests, _first, _end) = (views, requests, 0, count);
        if (_taken.Length < room)
        {
            _taken = new bool[room];
        }
    }
}
