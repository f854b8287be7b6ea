using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Plimsoll.Cli.Tests;

/// <summary><c>plimsoll bench</c> and <c>plimsoll serve</c> over TLS, with a certificate that nobody trusts but who is told to.</summary>
public sealed class BenchTlsTests
{
    private static readonly string[] Load =
        ["--prompt", "const:30", "--output", "const:3", "--arrivals", "closed:2", "--requests", "10", "--lag-bound", "1000", "--json"];

    [Fact]
    public async Task A_gateway_behind_tls_is_measured_if_its_certificate_is_trusted()
    {
        using var scratch = new Scratch();
        WriteCertificate(scratch);
        scratch.Write("serve.yaml", """
            port: 0
            admin-port: 0
            emulate: [1xllama-3.1-8b@h100]
            tls: {certificate: cert.pem, key: key.pem}
            """);
        using Process gateway = Cli.Start(scratch.Folder, "serve", "--config", "serve.yaml", "--speed", "20");
        try
        {
            string url = (await gateway.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            Assert.StartsWith("https://127.0.0.1:", url, StringComparison.Ordinal);

            CliResult stranger = Cli.Run(["bench", "--url", url, .. Load]);
            Assert.Equal(1, stranger.ExitCode);
            Assert.Contains("SSL_CERT_FILE", stranger.Error, StringComparison.Ordinal);

            using Process friend = Cli.Start(scratch.Folder, [new("SSL_CERT_FILE", scratch["cert.pem"])], ["bench", "--url", url, .. Load]);
            JsonElement json = Cli.Finish(friend).Succeeded().Json;
            Assert.Equal(10, json.GetProperty("requests").GetProperty("completed").GetInt32());
        }
        finally
        {
            gateway.Kill();
            Cli.Finish(gateway);
        }
    }

    private static void WriteCertificate(Scratch scratch)
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        scratch.Write("cert.pem", certificate.ExportCertificatePem());
        scratch.Write("key.pem", rsa.ExportPkcs8PrivateKeyPem());
    }
}
