using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Plimsoll.Gateway.Hosting;

/// <summary>The dashboard's page, script, style and picture, which lie in the program itself.</summary>
internal static class DashboardFiles
{
    // Nothing from elsewhere, nothing inline, and in nobody's frame.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly FrozenDictionary<string, (byte[] Bytes, string Type)> Files =
        new Dictionary<string, (byte[] Bytes, string Type)>(StringComparer.Ordinal)
        {
            ["/"] = (Read("dashboard.html"), "text/html; charset=utf-8"),
            ["/dashboard.js"] = (Read("dashboard.js"), "text/javascript; charset=utf-8"),
            ["/dashboard.css"] = (Read("dashboard.css"), "text/css; charset=utf-8"),
            ["/favicon.svg"] = (Read("favicon.svg"), "image/svg+xml"),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether there is a file at this path.</summary>
    public static bool Has(string path) => Files.ContainsKey(path);

    public static Task WriteAsync(HttpContext context)
    {
        (byte[] bytes, string type) = Files[context.Request.Path.Value!];
        HttpResponse response = context.Response;
        response.ContentType = type;
        response.ContentLength = bytes.Length;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers.CacheControl = "no-cache";
        return response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static byte[] Read(string name)
    {
        using Stream from = typeof(DashboardFiles).Assembly.GetManifestResourceStream("dashboard/" + name)!;
        byte[] bytes = new byte[from.Length];
        from.ReadExactly(bytes);
        return bytes;
    }
}
