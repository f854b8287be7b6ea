namespace Plimsoll.Workloads.Lengths;

/// <summary>The standard normal distribution, both ways, to about fifteen digits.</summary>
public static class NormalCurve
{
    /// <summary>
    /// The value that a standard normal variable stays below with probability <paramref name="p"/>, in (0, 1).
    /// Algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988): relative error about 1e-16.
    /// </summary>
    public static double Quantile(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            return Central(q);
        }

        double r = Math.Sqrt(-Math.Log(q < 0 ? p : 1 - p));
        double tail = r <= 5 ? Shoulder(r - 1.6) : FarTail(r - 5);
        return q < 0 ? -tail : tail;
    }

    /// <summary>
    /// Probability that a standard normal variable stays below <paramref name="x"/>. Hart's rational approximation in the form of
    /// West ("Better approximations to cumulative normal functions", 2005): absolute error about 1e-15, relative error about 1e-8 beyond 7.
    /// </summary>
    public static double Cumulative(double x)
    {
        double lower = LowerTail(Math.Abs(x));
        return x > 0 ? 1 - lower : lower;
    }

    /// <summary>Probability that a standard normal variable exceeds <paramref name="x"/>; keeps its digits far out.</summary>
    public static double Exceedance(double x) => Cumulative(-x);

    private static double Central(double q)
    {
        double r = 0.180625 - (q * q);
        double above = (((((((((((((2.5090809287301226727e+3 * r) + 3.3430575583588128105e+4) * r) + 6.7265770927008700853e+4) * r)
            + 4.5921953931549871457e+4) * r) + 1.3731693765509461125e+4) * r) + 1.9715909503065514427e+3) * r)
            + 1.3314166789178437745e+2) * r) + 3.3871328727963666080e0;
        double below = (((((((((((((5.2264952788528545610e+3 * r) + 2.8729085735721942674e+4) * r) + 3.9307895800092710610e+4) * r)
            + 2.1213794301586595867e+4) * r) + 5.3941960214247511077e+3) * r) + 6.8718700749205790830e+2) * r)
            + 4.2313330701600911252e+1) * r) + 1;
        return q * above / below;
    }

    private static double Shoulder(double r)
    {
        double above = (((((((((((((7.74545014278341407640e-4 * r) + 2.27238449892691845833e-2) * r) + 2.41780725177450611770e-1) * r)
            + 1.27045825245236838258e0) * r) + 3.64784832476320460504e0) * r) + 5.76949722146069140550e0) * r)
            + 4.63033784615654529590e0) * r) + 1.42343711074968357734e0;
        double below = (((((((((((((1.05075007164441684324e-9 * r) + 5.47593808499534494600e-4) * r) + 1.51986665636164571966e-2) * r)
            + 1.48103976427480074590e-1) * r) + 6.89767334985100004550e-1) * r) + 1.67638483018380384940e0) * r)
            + 2.05319162663775882187e0) * r) + 1;
        return above / below;
    }

    private static double FarTail(double r)
    {
        double above = (((((((((((((2.01033439929228813265e-7 * r) + 2.71155556874348757815e-5) * r) + 1.24266094738807843860e-3) * r)
            + 2.65321895265761230930e-2) * r) + 2.96560571828504891230e-1) * r) + 1.78482653991729133580e0) * r)
            + 5.46378491116411436990e0) * r) + 6.65790464350110377720e0;
        double below = (((((((((((((2.04426310338993978564e-15 * r) + 1.42151175831644588870e-7) * r) + 1.84631831751005468180e-5) * r)
            + 7.86869131145613259100e-4) * r) + 1.48753612908506148525e-2) * r) + 1.36929880922735805310e-1) * r)
            + 5.99832206555887937690e-1) * r) + 1;
        return above / below;
    }

    private static double LowerTail(double x)
    {
        if (x > 37)
        {
            return 0;
        }

        double bell = Math.Exp(-x * x / 2);
        if (x >= 7.07106781186547)
        {
            return bell / (x + (1 / (x + (2 / (x + (3 / (x + (4 / (x + 0.65))))))))) / 2.506628274631;
        }

        double above = (((((((((((3.52624965998911E-02 * x) + 0.700383064443688) * x) + 6.37396220353165) * x) + 33.912866078383) * x)
            + 112.079291497871) * x) + 221.213596169931) * x) + 220.206867912376;
        double below = (((((((((((((8.83883476483184E-02 * x) + 1.75566716318264) * x) + 16.064177579207) * x) + 86.7807322029461) * x)
            + 296.564248779674) * x) + 637.333633378831) * x) + 793.826512519948) * x) + 440.413735824752;
        return bell * above / below;
    }
}
