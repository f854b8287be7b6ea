using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Plimsoll.Gateway.Access;
using Plimsoll.Gateway.Hosting;
using Plimsoll.Gateway.Tests.Hosting;

namespace Plimsoll.Gateway.Tests.Access;

/// <summary>Who gets in, how far, and who administers.</summary>
public sealed class AccessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Basic c2VjcmV0OnNlY3JldA==")]
    [InlineData("secret-a")]
    public async Task Without_a_right_key_nobody_gets_in(string? authorization)
    {
        await using Served served = await Served.StartAsync(1, change: Locked);

        (string, string)[] headers = authorization is null ? [] : [("Authorization", authorization)];
        using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop, headers: headers);
        using HttpResponseMessage models = await served.Client.GetAsync("/v1/models", Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("invalid_api_key", await CodeAsync(answer));
        Assert.Equal(HttpStatusCode.Unauthorized, models.StatusCode);
        Assert.Empty(served.Engines[0].Seen);
    }

    [Fact]
    public async Task A_right_key_lets_in_and_goes_no_further()
    {
        await using Served served = await Served.StartAsync(1, change: Locked);

        using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop, headers: [("Authorization", "Bearer secret-a")]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(served.Engines[0].Seen.Single().Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Each_key_has_limits_of_its_own()
    {
        await using Served served = await Served.StartAsync(1, change: options => Locked(options) with
        {
            Keys = [Key("a", new KeyLimits(RequestsPerMinute: 1)), Key("b", new KeyLimits(TokensPerMinute: 5)), Key("c", new KeyLimits(Concurrency: 1))],
        });
        var held = new TaskCompletionSource();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(served, "a"));
        using HttpResponseMessage second = await served.PostAsync(Served.Chat, stop: Stop, headers: [("Authorization", "Bearer secret-a")]);
        HttpStatusCode[] tokens = [await StatusAsync(served, "b"), await StatusAsync(served, "b")];
        served.Engines[0].Answer = async (context, _) =>
        {
            await held.Task;
            await FakeEngine.WriteAsync(context, FakeEngine.WholeAnswer);
        };
        Task<HttpStatusCode> first = StatusAsync(served, "c");
        await Served.UntilAsync(() => served.Engines[0].Running == 1);
        HttpStatusCode other = await StatusAsync(served, "c");
        held.SetResult();

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal("rate_limit_exceeded", await CodeAsync(second));
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], tokens);
        Assert.Equal(HttpStatusCode.TooManyRequests, other);
        Assert.Equal(HttpStatusCode.OK, await first);
    }

    [Fact]
    public async Task Tenants_prompts_are_cached_apart()
    {
        await using Served served = await Served.StartAsync(1, change: options => Locked(options) with { SaltsCache = true });

        foreach (string key in new[] { "a", "b", "a" })
        {
            using HttpResponseMessage answer = await served.PostAsync(
                """{"model":"m","cache_salt":"mine","messages":[{"role":"user","content":"a } b"}]} """, stop: Stop, headers: [("Authorization", $"Bearer secret-{key}")]);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        string[] salts = [.. served.Engines[0].Seen.Select(seen => LastSalt(seen.Body))];
        Assert.Equal(salts[0], salts[2]);
        Assert.NotEqual(salts[0], salts[1]);
        Assert.All(salts, salt => Assert.Matches("^[0-9a-f]{16}$", salt));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer secret-a", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer admin", HttpStatusCode.OK)]
    [InlineData("Basic", HttpStatusCode.OK)]
    public async Task The_admin_port_has_a_key_of_its_own(string? authorization, HttpStatusCode expected)
    {
        await using Served served = await Served.StartAsync(1, change: options => Locked(options) with { AdminKeySha256 = Hash("admin") });
        using var admin = new HttpClient { BaseAddress = served.Gateway.AdminAddress };
        string? sent = authorization == "Basic" ? "Basic " + Convert.ToBase64String("anybody:admin"u8) : authorization;
        admin.DefaultRequestHeaders.Authorization = sent is null ? null : AuthenticationHeaderValue.Parse(sent);

        using HttpResponseMessage state = await admin.GetAsync("/api/state", Stop);

        Assert.Equal(expected, state.StatusCode);
        Assert.Equal(expected == HttpStatusCode.Unauthorized, state.Headers.WwwAuthenticate.Count > 0);
    }

    [Theory]
    [InlineData("http://evil.example", null)]
    [InlineData(null, "evil.example")]
    [InlineData("null", null)]
    public async Task No_web_page_of_others_reaches_the_admin_port(string? origin, string? host)
    {
        await using Served served = await Served.StartAsync(1);
        using var admin = new HttpClient { BaseAddress = served.Gateway.AdminAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/drain?replica=e0");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using HttpResponseMessage answer = await admin.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(served.Gateway.Fleet.Replicas[0].Gate.Draining);
    }

    [Fact]
    public async Task With_a_certificate_it_speaks_TLS()
    {
        using var rsa = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using Served served = await Served.StartAsync(1, change: options => options with { Certificate = certificate });
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, seen, _, _) => seen!.Thumbprint == certificate.Thumbprint };
        using var client = new HttpClient(handler) { BaseAddress = served.Gateway.Address };

        using HttpResponseMessage answer = await client.PostAsync("/v1/chat/completions", new StringContent(Served.Chat, Encoding.UTF8, "application/json"), Stop);

        Assert.Equal("https", served.Gateway.Address.Scheme);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static GatewayOptions Locked(GatewayOptions options) => options with { Keys = [Key("a", new KeyLimits()), Key("b", new KeyLimits())] };

    private static ApiKey Key(string name, KeyLimits limits) => new(name, Hash("secret-" + name)) { Limits = limits };

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static async Task<HttpStatusCode> StatusAsync(Served served, string key)
    {
        using HttpResponseMessage answer = await served.PostAsync(Served.Chat, stop: Stop, headers: [("Authorization", $"Bearer secret-{key}")]);
        await answer.Content.ReadAsStringAsync(Stop);
        return answer.StatusCode;
    }

    private static async Task<string> CodeAsync(HttpResponseMessage answer)
    {
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        return json.RootElement.GetProperty("error").GetProperty("code").GetString()!;
    }

    // As readers of JSON do that let the last of two equal names count.
    private static string LastSalt(byte[] body)
    {
        using JsonDocument json = JsonDocument.Parse(body);
        return json.RootElement.EnumerateObject().Last(field => field.Name == "cache_salt").Value.GetString()!;
    }
}
