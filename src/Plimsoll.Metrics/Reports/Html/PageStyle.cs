namespace Plimsoll.Metrics.Reports.Html;

/// <summary>
/// How pages look. Series colours are those of Okabe and Ito, which stay apart for every kind of colour vision, darkened or lightened
/// until they read as text does on their background.
/// </summary>
internal static class PageStyle
{
    /// <summary>The load line on a hull.</summary>
    public const string Mark =
        "<svg class=\"logo\" viewBox=\"0 0 32 24\" aria-hidden=\"true\"><circle cx=\"16\" cy=\"12\" r=\"9\"/><path d=\"M1 12h30\"/></svg>";

    public const string Css =
        """
        :root {
          --bg: #f5f7f9; --surface: #ffffff; --ink: #14202b; --ink-2: #52606e; --line: #dfe4ea; --grid: #e8ecf0; --rule: #9aa7b4;
          --accent: #0a5c9e; --warn-bg: #fff4e0; --warn-ink: #6b4500; --heat: #0a5c9e;
          --c0: #0072b2; --c1: #c9540a; --c2: #00845f; --c3: #b04a86; --c4: #946a00; --c5: #2a8fc4; --c6: #5a4fa6; --c7: #66717d;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --bg: #0e1318; --surface: #161c23; --ink: #e6ebf0; --ink-2: #a4b0bc; --line: #2a333d; --grid: #252e37; --rule: #57636f;
            --accent: #6cb8f2; --warn-bg: #36290f; --warn-ink: #f4cf8a; --heat: #6cb8f2;
            --c0: #5cb3f0; --c1: #ff9752; --c2: #3ecba0; --c3: #e693c2; --c4: #e8bb4a; --c5: #a3d8f7; --c6: #ab9ef2; --c7: #a7b2bd;
          }
        }
        * { box-sizing: border-box; }
        html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
        body {
          margin: 0; background: var(--bg); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
        }
        main { max-width: 1200px; margin: 0 auto; padding: 28px 20px 64px; }
        .brand {
          display: flex; align-items: center; gap: 8px; margin: 0 0 14px; color: var(--accent);
          font-size: 14px; font-weight: 650; letter-spacing: 0.02em;
        }
        .logo { width: 28px; height: 21px; fill: none; stroke: currentColor; stroke-width: 2.6; }
        h1 { margin: 0; font-size: 28px; line-height: 1.2; font-weight: 680; letter-spacing: -0.015em; overflow-wrap: anywhere; }
        h2 { margin: 40px 0 12px; font-size: 19px; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
        .lead { margin: 8px 0 22px; color: var(--ink-2); font-size: 16px; max-width: 78ch; overflow-wrap: anywhere; }
        .text { margin: -6px 0 14px; color: var(--ink-2); max-width: 78ch; overflow-wrap: anywhere; }
        .warning { margin: 0 0 22px; padding: 10px 14px; border-radius: 8px; background: var(--warn-bg); color: var(--warn-ink); }
        .facts {
          display: flex; flex-wrap: wrap; gap: 4px 20px; margin: -12px 0 22px; padding: 0;
          list-style: none; color: var(--ink-2); font-size: 13px;
        }
        .facts b {
          font: 500 13px ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
          color: var(--ink); overflow-wrap: anywhere;
        }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 205px), 1fr)); gap: 12px; }
        .card, figure, .scroll, dl, .notes { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
        .card { display: flex; flex-direction: column; padding: 13px 16px 12px; min-width: 0; }
        .card span { color: var(--ink-2); font-size: 13px; }
        .card b {
          font-size: 25px; line-height: 1.25; font-weight: 660; letter-spacing: -0.02em;
          font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
        }
        .card small { color: var(--ink-2); font-size: 13px; font-variant-numeric: tabular-nums; }
        .card .spark { margin-top: 6px; width: 100%; height: 28px; }
        .figures { display: grid; gap: 14px; margin: 0 0 14px; }
        .figures.two { grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); }
        .figures.three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); }
        figure { margin: 0; padding: 13px 16px 10px; min-width: 0; }
        figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 18px; margin: 0 0 8px; }
        figcaption b { font-weight: 620; }
        .legend {
          display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0;
          list-style: none; color: var(--ink-2); font-size: 13px;
        }
        .legend li { overflow-wrap: anywhere; }
        .legend li::before {
          content: ""; display: inline-block; width: 16px; height: 3px; margin-right: 6px; border-radius: 2px;
          background: var(--series); vertical-align: middle;
        }
        .s0 { --series: var(--c0); } .s1 { --series: var(--c1); } .s2 { --series: var(--c2); } .s3 { --series: var(--c3); }
        .s4 { --series: var(--c4); } .s5 { --series: var(--c5); } .s6 { --series: var(--c6); } .s7 { --series: var(--c7); }
        .plot { display: block; width: 100%; height: auto; overflow: visible; }
        .plot text { font-size: 12px; fill: var(--ink-2); font-variant-numeric: tabular-nums; }
        .plot .end { text-anchor: end; }
        .plot .mid { text-anchor: middle; }
        .plot .mark { fill: var(--ink); paint-order: stroke; stroke: var(--surface); stroke-width: 3px; stroke-linejoin: round; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .rule { stroke: var(--rule); stroke-width: 1; }
        .line { fill: none; stroke: var(--series); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
        .s4.line, .s5.line, .s6.line, .s7.line { stroke-dasharray: 6 3; }
        .area { fill: var(--series); fill-opacity: 0.15; stroke: none; }
        .bar { fill: var(--series); fill-opacity: 0.85; }
        .dot { fill: var(--series); stroke: var(--surface); stroke-width: 1.5; }
        .bar.lost { fill: none; stroke: var(--ink-2); stroke-width: 1; }
        .dot.hollow { fill: var(--surface); stroke: var(--ink-2); stroke-width: 2; }
        .whisker { stroke: var(--series); stroke-width: 2.4; stroke-linecap: round; }
        .whisker.unsure { stroke: var(--ink-2); }
        .heat { fill: var(--heat); shape-rendering: crispEdges; }
        .h0 { fill-opacity: 0.07; } .h1 { fill-opacity: 0.16; } .h2 { fill-opacity: 0.26; } .h3 { fill-opacity: 0.36; }
        .h4 { fill-opacity: 0.46; } .h5 { fill-opacity: 0.56; } .h6 { fill-opacity: 0.67; } .h7 { fill-opacity: 0.78; }
        .h8 { fill-opacity: 0.89; } .h9 { fill-opacity: 1; }
        .spark { display: inline-block; width: 120px; height: 22px; vertical-align: middle; overflow: visible; }
        .spark .line { stroke-width: 1.5; vector-effect: non-scaling-stroke; }
        .scroll { margin: 0 0 14px; overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
        caption { padding: 12px 16px 6px; text-align: left; font-weight: 620; }
        th, td { padding: 6px 16px; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
        thead th { border-top: 0; color: var(--ink-2); font-size: 13px; font-weight: 500; }
        th:first-child { text-align: left; }
        tbody th { font-weight: 500; }
        strong { font-weight: 680; }
        .textual th, .textual td { text-align: left; white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
        .textual tbody th { width: 32%; color: var(--ink-2); }
        dl {
          display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr));
          gap: 10px 28px; margin: 0; padding: 16px;
        }
        dt { font-weight: 620; }
        dd { margin: 0; color: var(--ink-2); }
        .notes { margin: 0 0 14px; padding: 14px 16px 14px 34px; }
        .notes li { margin: 2px 0; overflow-wrap: anywhere; }
        @media (max-width: 720px) {
          main { padding: 18px 12px 48px; }
          h1 { font-size: 23px; }
          .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
          .card { padding: 10px 12px; }
          .card b { font-size: 20px; }
          figure { padding: 11px 10px 8px; }
          .plot-half text { font-size: 17px; }
          .plot-third text { font-size: 13px; }
          th, td { padding: 6px 10px; }
        }
        @media print {
          body { background: #fff; }
          .card, figure, .scroll, dl, .notes { break-inside: avoid; }
        }

        """;
}
