namespace Plimsoll.Metrics.Statistics;

/// <summary>
/// Student's t distribution with a whole number of degrees of freedom. The distribution function is the finite series of Abramowitz and
/// Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
/// </summary>
public static class StudentT
{
    /// <summary>The probability of a value in −t .. t.</summary>
    /// <param name="t">Not negative.</param>
    /// <param name="degreesOfFreedom">From 1.</param>
    public static double CentralProbability(double t, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(t);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        return CentralProbabilityOfAngle(Math.Atan(t / Math.Sqrt(degreesOfFreedom)), degreesOfFreedom);
    }

    /// <summary>The t for which −t .. t holds a probability of <paramref name="confidence"/>; 12.706 for 0.95 and one degree.</summary>
    /// <param name="confidence">Between 0 and 1, both excluded.</param>
    /// <param name="degreesOfFreedom">From 1.</param>
    public static double CriticalValue(double confidence, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(confidence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        double low = 0;
        double high = Math.PI / 2;
        for (double middle = high / 2; low < middle && middle < high; middle = (low + high) / 2)
        {
            if (CentralProbabilityOfAngle(middle, degreesOfFreedom) < confidence)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return Math.Tan(high) * Math.Sqrt(degreesOfFreedom);
    }

    private static double CentralProbabilityOfAngle(double angle, int degreesOfFreedom)
    {
        bool odd = degreesOfFreedom % 2 == 1;
        double cosine = Math.Cos(angle);
        double term = odd ? cosine : 1;
        double series = 0;
        for (int power = odd ? 3 : 2; power <= degreesOfFreedom; power += 2)
        {
            series += term;
            term *= cosine * cosine * (power - 1) / power;
        }

        double sum = Math.Sin(angle) * series;
        return odd ? 2 / Math.PI * (angle + sum) : sum;
    }
}
