using System.Text;

namespace Plimsoll.Metrics.Reports.Svg;

/// <summary>
/// An SVG path of straight lines. Points within half a unit of the one drawn before are left out, except the last of all and the last
/// before a leap, so that steps keep their corners.
/// </summary>
internal sealed class PathBuilder
{
    private readonly StringBuilder _data = new();
    private (double X, double Y) _drawn;
    private (double X, double Y)? _pending;
    private bool _open;

    /// <summary>Continues to a point, or starts there.</summary>
    public void To(double x, double y)
    {
        if (!_open)
        {
            Append('M', x, y);
            _open = true;
        }
        else if (Math.Abs(x - _drawn.X) >= 0.5 || Math.Abs(y - _drawn.Y) >= 0.5)
        {
            if (Math.Abs(x - _drawn.X) >= 2 || Math.Abs(y - _drawn.Y) >= 2)
            {
                AppendPending();
            }

            Append('L', x, y);
        }
        else
        {
            _pending = (x, y);
        }
    }

    /// <summary>The next point starts anew.</summary>
    public void Break()
    {
        AppendPending();
        _open = false;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        AppendPending();
        return _data.ToString();
    }

    private void AppendPending()
    {
        if (_pending is var (x, y))
        {
            Append('L', x, y);
        }
    }

    private void Append(char command, double x, double y)
    {
        _data.Append(command).Append(Markup.Coordinate(x)).Append(' ').Append(Markup.Coordinate(y));
        _drawn = (x, y);
        _pending = null;
    }
}
