using Plimsoll.Planning.Afd;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Tests.Afd;

public sealed class NormalMaximumTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, .5642)]
    [InlineData(3, .8463)]
    [InlineData(4, 1.0294)]
    [InlineData(5, 1.1630)]
    [InlineData(6, 1.2672)]
    [InlineData(8, 1.4236)]
    [InlineData(9, 1.4850)]
    [InlineData(10, 1.5388)]
    [InlineData(12, 1.6292)]
    [InlineData(16, 1.7660)]
    [InlineData(24, 1.9477)]
    [InlineData(32, 2.0697)]
    [InlineData(64, 2.3437)]
    public void The_printed_table(int count, double expected) => Assert.Equal(expected, NormalMaximum.Mean(count), 5e-5 + 1e-9);

    [Fact]
    public void Closed_forms_up_to_five_hold_to_ten_digits()
    {
        double root = Math.Sqrt(Math.PI);
        double arc = Math.Atan(Math.Sqrt(2)) / (Math.PI * root);

        Assert.Equal(0, NormalMaximum.Mean(1), 1e-10);
        Assert.Equal(1 / root, NormalMaximum.Mean(2), 1e-10);
        Assert.Equal(1.5 / root, NormalMaximum.Mean(3), 1e-10);
        Assert.Equal(6 * arc, NormalMaximum.Mean(4), 1e-10);
        Assert.Equal((15 * arc) - (2.5 / root), NormalMaximum.Mean(5), 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(32)]
    [InlineData(10_000)]
    public void Quadrature_agrees_with_a_sum_of_two_hundred_thousand_steps(int count)
    {
        foreach (double threshold in new[] { -30, -9.3, -2.5, -0.7, 0, 0.42, 1.1, 3.7, 7 })
        {
            const int Steps = 200_000;
            double width = (13 - threshold) / Steps;
            double sum = 0;
            for (int i = 0; i < Steps; i++)
            {
                sum += width * (1 - Math.Pow(NormalCurve.Cumulative(threshold + ((i + 0.5) * width)), count));
            }

            Assert.Equal(sum, NormalMaximum.ExcessOver(threshold, count), 1e-8);
        }
    }

    [Fact]
    public void One_variable_has_the_loss_function_of_the_normal_curve()
    {
        for (double z = -6; z <= 6; z += 0.37)
        {
            double loss = (Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI)) - (z * NormalCurve.Exceedance(z));

            Assert.Equal(loss, NormalMaximum.ExcessOver(z, 1), 1e-12);
        }
    }

    [Fact]
    public void Thresholds_far_out_leave_nothing_or_the_whole_distance()
    {
        Assert.Equal(0, NormalMaximum.ExcessOver(40, 32));
        Assert.Equal(0, NormalMaximum.ExcessOver(double.PositiveInfinity, 32));
        Assert.Equal(500 + NormalMaximum.Mean(32), NormalMaximum.ExcessOver(-500, 32), 1e-10);
    }

    [Fact]
    public void The_mean_grows_with_the_count_below_its_asymptote()
    {
        double before = -1;
        for (int count = 1; count < 1_000_000_000; count *= 2)
        {
            double mean = NormalMaximum.Mean(count);

            Assert.InRange(mean, before, Math.Sqrt(2 * Math.Log(count)) + 1e-12);
            before = mean;
        }
    }
}
