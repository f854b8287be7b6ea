using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Plimsoll.Core;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Tests.OpenAi;

public sealed class HeaderFactsTests
{
    private static readonly Dictionary<string, int> Objectives = new() { ["critical"] = 10, ["batch"] = -5 };

    [Theory]
    [InlineData("x-smg-priority", "system", -200)]
    [InlineData("X-SMG-Priority", "Interactive", -100)]
    [InlineData("x-smg-priority", "default", 0)]
    [InlineData("x-smg-priority", "bulk", 100)]
    [InlineData("x-smg-priority", "urgent", null)]
    [InlineData("x-llm-d-inference-objective", "critical", -10)]
    [InlineData("x-llm-d-inference-objective", "batch", 5)]
    [InlineData("x-llm-d-inference-objective", "other", null)]
    public void Priorities_are_translated_so_that_lower_goes_first(string header, string value, int? priority) =>
        Assert.Equal(priority, Read((header, value)).Priority);

    [Fact]
    public void Our_own_deadline_is_taken_and_a_target_only_from_what_may_be_shed()
    {
        Assert.Equal(Duration.FromMilliseconds(250), Read(("x-plimsoll-deadline-ms", "250")).Deadline);
        Assert.Null(Read(("x-llm-d-slo-ttft-ms", "250")).Deadline);
        Assert.Null(Read(("x-llm-d-slo-ttft-ms", "250"), ("x-llm-d-inference-objective", "critical")).Deadline);
        Assert.Equal(Duration.FromMilliseconds(250), Read(("x-llm-d-slo-ttft-ms", "250"), ("x-llm-d-inference-objective", "batch")).Deadline);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("soon")]
    public void A_deadline_that_is_none_is_refused(string value) =>
        Assert.NotNull(HeaderFacts.Read(Headers(("x-plimsoll-deadline-ms", value)), null, null, Objectives, out _));

    [Theory]
    [InlineData("x-session-id")]
    [InlineData("x-smg-routing-key")]
    [InlineData("x-session-token")]
    public void Sessions_are_hashed(string header)
    {
        Assert.Matches("^[0-9a-f]{16}$", Read((header, "alice's talk")).Session);
        Assert.Equal(Read(("x-session-id", "a")).Session, Read((header, "a")).Session);
        Assert.NotEqual(Read((header, "a")).Session, Read((header, "b")).Session);
    }

    [Fact]
    public void A_tenant_in_a_header_goes_before_the_one_in_the_body()
    {
        HeaderFacts.Read(Headers(), "body", null, Objectives, out HeaderFacts body);
        HeaderFacts.Read(Headers(("x-llm-d-inference-fairness-id", "header")), "body", null, Objectives, out HeaderFacts header);

        Assert.NotNull(body.Tenant);
        Assert.NotEqual(body.Tenant, header.Tenant);
        Assert.Null(Read().Tenant);
    }

    [Fact]
    public void Whom_a_request_says_it_is_for_is_a_tenant_of_its_key()
    {
        string? Tenant(string? key, string? user)
        {
            HeaderFacts.Read(Headers(), user, key, Objectives, out HeaderFacts facts);
            return facts.Tenant;
        }

        string?[] tenants = [Tenant("a", null), Tenant("b", null), Tenant("a", "u"), Tenant("b", "u"), Tenant(null, "u")];
        Assert.Equal(5, tenants.Distinct().Count());
        Assert.All(tenants, Assert.NotNull);
    }

    private static HeaderFacts Read(params (string Name, string Value)[] headers)
    {
        Assert.Null(HeaderFacts.Read(Headers(headers), null, null, Objectives, out HeaderFacts facts));
        return facts;
    }

    private static HeaderDictionary Headers(params (string Name, string Value)[] headers) =>
        new(headers.ToDictionary(header => header.Name, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase));
}
