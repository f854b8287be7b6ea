using System.Diagnostics.CodeAnalysis;

namespace Plimsoll.LoadGen.Http;

/// <summary>The server under test: where it is and where its API begins.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Port, from 1.</param>
/// <param name="Secure">Whether it speaks TLS.</param>
/// <param name="BasePath">What stands before <c>/v1</c>, without a slash at its end; usually empty.</param>
public sealed record Target(string Host, int Port, bool Secure, string BasePath)
{
    /// <summary>Host and port as the Host header has them.</summary>
    public string Authority => (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)
        + (Port == (Secure ? 443 : 80) ? "" : ":" + Port);

    /// <summary>
    /// Reads <c>http://host:port</c>, with or without a path and with or without <c>/v1</c> at its end; false with what is wrong.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Target? target, out string problem)
    {
        target = null;
        problem = $"'{text}' is not the address of a server; write http://host:port or https://host/path";
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
        {
            return false;
        }

        if (uri.Scheme is not ("http" or "https"))
        {
            problem = $"'{text}': only http and https are spoken, not {uri.Scheme}";
            return false;
        }

        if (uri.UserInfo.Length > 0)
        {
            problem = "a name and a password do not belong in the address; give the key with --api-key-env or --api-key-file";
            return false;
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            problem = $"'{text}': leave out what follows the path";
            return false;
        }

        string path = uri.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/v1", StringComparison.Ordinal) ? path[..^3] : path;
        target = new Target(uri.DnsSafeHost, uri.Port, uri.Scheme == "https", path);
        problem = "";
        return true;
    }

    /// <summary>The full address of a path such as <c>/v1/models</c>.</summary>
    public Uri At(string path) => new($"{(Secure ? "https" : "http")}://{Authority}{BasePath}{path}");

    /// <inheritdoc/>
    public override string ToString() => At("").ToString().TrimEnd('/');
}
