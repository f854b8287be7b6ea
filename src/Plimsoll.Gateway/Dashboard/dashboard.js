// The live page of the gateway: listens to /api/events and shows each state as it comes. No libraries; nothing is kept beyond five minutes.
"use strict";

const svgNamespace = "http://www.w3.org/2000/svg";
const historyLength = 300;
const past = [];
const byId = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

function number(value) {
  return value === null || value === undefined ? "–" : whole.format(value);
}

function rate(value) {
  if (value === null || value === undefined) {
    return "–";
  }

  return value >= 100 ? whole.format(value) : value.toFixed(value >= 10 ? 1 : 2);
}

function seconds(value) {
  if (value === null || value === undefined) {
    return "–";
  }

  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) {
    return "0 s";
  }

  const [scaled, unit] = size < 1e-3 ? [size * 1e6, "µs"] : size < 1 ? [size * 1e3, "ms"] : size < 120 ? [size, "s"] : [size / 60, "min"];
  return `${sign}${scaled >= 99.95 ? whole.format(scaled) : scaled >= 9.995 ? scaled.toFixed(1) : scaled.toFixed(2)} ${unit}`;
}

function signed(value) {
  return value > 0 ? `+${seconds(value)}` : seconds(value);
}

function span(value) {
  const minutes = Math.floor(value / 60);
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours} h ${minutes % 60} min` : minutes > 0 ? (value % 60 < 1 ? `${minutes} min` : `${minutes} min ${Math.floor(value % 60)} s`) : `${Math.floor(value)} s`;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) {
    made.textContent = text;
  }

  if (className) {
    made.className = className;
  }

  return made;
}

function shape(name, attributes, text) {
  const made = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }

  if (text !== undefined) {
    made.textContent = text;
  }

  return made;
}

function setText(id, text) {
  const target = byId(id);
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

const sum = (list, read) => list.reduce((total, each) => total + (read(each) ?? 0), 0);

// Cards

function showCards(state) {
  setText("arriving", rate(sum(state.pools, (pool) => pool.arrived_per_second)));
  setText("queued", number(sum(state.pools, (pool) => pool.queued_requests)));
  setText("in-flight", number(sum(state.replicas, (replica) => replica.in_flight_requests)));
  setText("output", number(sum(state.pools, (pool) => pool.output_tokens_per_second)));
  setText("ttft", seconds(state.latency.ttft_seconds.one_minute.p50));
  setText("lost", rate(sum(state.pools, (pool) => pool.refused_per_second + pool.failed_per_second)));
  const ready = state.replicas.filter((replica) => stateOf(replica)[1]).length;
  setText("in-flight-note", `requests at ${ready} of ${state.replicas.length} replicas`);
  setText("uptime", `up ${span(state.uptime_seconds)}`);
  const alarm = byId("alarm");
  alarm.hidden = state.ready;
  setText("alarm", state.ready ? "" : "No replica takes requests: clients get status 503, or wait.");
}

// Load line

const bindingNames = {
  memory: "KV memory runs out", compute: "The token budget of a step runs out", sequences: "Places in the batch run out",
};

function showLines(state) {
  const place = byId("lines");
  while (place.children.length > state.pools.length) {
    place.lastChild.remove();
  }

  state.pools.forEach((pool, i) => {
    let box = place.children[i];
    if (!box) {
      box = element("div", undefined, "line");
      box.append(element("h3"), shape("svg", { class: "gauge", role: "img" }), element("p"), element("p"));
      place.append(box);
    }

    const [title, gauge, first, second] = box.children;
    title.textContent = pool.name === "" ? "All models" : pool.name;
    const line = pool.load_line;
    gauge.style.display = line ? "" : "none";
    const lengths = pool.mean_prompt_tokens === null ? "" : ` Mean prompt ${number(pool.mean_prompt_tokens)} tokens, mean output ${number(pool.mean_output_tokens)} tokens.`;
    if (!line || line.requests_per_second === null) {
      first.textContent = `${rate(pool.arrived_per_second)} requests a second arrive; ${number(pool.queued_requests)} are queued.${lengths}`;
      second.textContent = "The load line is not known yet: it needs completed requests and the engines’ step time and KV memory.";
      return;
    }

    const share = line.load_ratio ?? 0;
    drawGauge(gauge, share, line.stable_below_requests_per_second / line.requests_per_second);
    gauge.setAttribute("aria-label", `Load is ${Math.round(share * 100)} per cent of the load line`);
    first.textContent = `${rate(pool.arrived_per_second)} of ${rate(line.requests_per_second)} requests a second: ${Math.round(share * 100)} % of the load line. `
      + `${bindingNames[line.binding] ?? line.binding} first; every policy is stable below ${rate(line.stable_below_requests_per_second)} requests a second.${lengths}`;
    second.textContent = line.basis;
  });
}

function drawGauge(gauge, share, safe) {
  const width = gauge.clientWidth || 600;
  const at = (value) => Math.min(1, value / 1.25) * width;
  gauge.setAttribute("viewBox", `0 0 ${width} 34`);
  gauge.replaceChildren(
    shape("rect", { class: "track", x: 0, y: 10, width, height: 14, rx: 4 }),
    shape("rect", { class: share >= 1 ? "fill over" : "fill", x: 0, y: 10, width: Math.max(0, at(share)), height: 14, rx: 4 }),
    shape("line", { class: "mark", x1: at(1), x2: at(1), y1: 2, y2: 32 }));
  if (safe > 0 && safe < 1) {
    gauge.append(shape("line", { class: "safe", x1: at(safe), x2: at(safe), y1: 5, y2: 29 }));
  }
}

// Pictures over time

// 5.00 ms is 5 ms on an axis.
function short(text) {
  return text.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");
}

function niceCeiling(value) {
  if (!(value > 0)) {
    return 1;
  }

  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].find((step) => step * power >= value) * power;
}

function drawPlot(id, curves, format, label) {
  const plot = byId(id);
  const width = plot.clientWidth || 460;
  const height = 170;
  const [left, right, top, bottom] = [62, width - 6, 8, height - 22];
  const values = curves.flatMap((curve) => curve.values).filter((value) => value !== null && Number.isFinite(value));
  const most = niceCeiling(Math.max(0, ...values));
  const shown = Math.min(historyLength, Math.max(60, past.length));
  const x = (i) => right - (right - left) * ((past.length - 1 - i) / (shown - 1));
  const y = (value) => bottom - (bottom - top) * Math.min(1, value / most);
  plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const parts = [];
  for (const share of [0, 0.5, 1]) {
    const at = bottom - (bottom - top) * share;
    parts.push(shape("line", { class: share === 0 ? "rule" : "grid", x1: left, x2: right, y1: at, y2: at }));
    parts.push(shape("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, short(format(most * share))));
  }

  for (const [share, text, anchor] of [[0, `${span(shown)} ago`, "start"], [1, "now", "end"]]) {
    parts.push(shape("text", { x: left + (right - left) * share, y: height - 5, "text-anchor": anchor }, text));
  }

  for (const curve of curves) {
    let path = "";
    let pen = "M";
    curve.values.forEach((value, i) => {
      if (value === null || !Number.isFinite(value)) {
        pen = "M";
        return;
      }

      path += `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
    });
    parts.push(shape("path", { class: `curve ${curve.key}`, d: path || "M0 0" }));
  }

  plot.replaceChildren(...parts);
  const last = curves.map((curve) => `${curve.name} ${format(curve.values.at(-1))}`).join(", ");
  plot.setAttribute("aria-label", `${label} over time. Now: ${last}`);
}

function remember(state) {
  const lines = state.pools.map((pool) => pool.load_line?.requests_per_second ?? null);
  past.push({
    arriving: sum(state.pools, (pool) => pool.arrived_per_second),
    line: lines.length === 0 || lines.includes(null) ? null : lines.reduce((a, b) => a + b, 0),
    inFlight: sum(state.replicas, (replica) => replica.in_flight_requests),
    queued: sum(state.pools, (pool) => pool.queued_requests),
    ttft50: state.latency.ttft_seconds.one_minute.p50,
    ttft99: state.latency.ttft_seconds.one_minute.p99,
    tpot50: state.latency.tpot_seconds.one_minute.p50,
    tpot99: state.latency.tpot_seconds.one_minute.p99,
  });
  while (past.length > historyLength) {
    past.shift();
  }
}

function showPlots() {
  const curve = (name, key, field) => ({ name, key, values: past.map((point) => point[field]) });
  const perSecond = (value) => value === null ? "unknown" : `${rate(value)} /s`;
  drawPlot("plot-load", [curve("arriving", "k0", "arriving"), curve("load line", "k1", "line")], perSecond, "Arrivals and load line");
  drawPlot("plot-queue", [curve("in flight", "k2", "inFlight"), curve("queue", "k3", "queued")], (value) => Number.isInteger(value) ? number(value) : value.toFixed(1), "Requests at the replicas and in the queue");
  drawPlot("plot-ttft", [curve("median", "k0", "ttft50"), curve("p99", "k1", "ttft99")], seconds, "Time to first token");
  drawPlot("plot-tpot", [curve("median", "k0", "tpot50"), curve("p99", "k1", "tpot99")], seconds, "Time per output token");
}

// Tables

const latencyNames = {
  queue_seconds: "Queue in the gateway", ttft_seconds: "First token (TTFT)", tpot_seconds: "Per output token (TPOT)", e2e_seconds: "End to end (E2E)",
};

function fill(row, cells) {
  while (row.children.length < cells.length) {
    row.append(element(row.children.length === 0 ? "th" : "td"));
  }

  row.firstChild.scope = "row";
  cells.forEach((text, i) => {
    if (row.children[i].textContent !== text) {
      row.children[i].textContent = text;
    }
  });
}

function rowsOf(body, count) {
  while (body.rows.length > count) {
    body.lastChild.remove();
  }

  while (body.rows.length < count) {
    body.append(element("tr"));
  }

  return [...body.rows];
}

function showLatencies(state) {
  const kinds = Object.keys(latencyNames);
  const rows = rowsOf(byId("latencies").tBodies[0], kinds.length);
  kinds.forEach((kind, i) => {
    const windows = [state.latency[kind].one_minute, state.latency[kind].five_minutes];
    fill(rows[i], [latencyNames[kind], ...windows.flatMap((window) => [seconds(window.p50), seconds(window.p90), seconds(window.p99), number(window.count)])]);
  });
}

function stateOf(replica) {
  return !replica.up ? ["down", false]
    : replica.breaker === "open" ? ["breaker open", false]
    : replica.draining ? ["draining", false]
    : replica.breaker === "half_open" ? ["breaker: one trial", false]
    : replica.pool === null ? ["models unknown", false]
    : ["ready", true];
}

function replicaRow() {
  const row = element("tr");
  row.append(element("th"));
  for (const label of ["State", "In flight", "Window", "Batch", "Its queue", "KV cache", "Action"]) {
    const cell = element("td");
    cell.dataset.label = label;
    row.append(cell);
  }

  row.firstChild.scope = "row";
  const meter = shape("svg", { class: "meter", viewBox: "0 0 64 10", "aria-hidden": "true" });
  meter.append(shape("rect", { class: "track", width: 64, height: 10, rx: 3 }), shape("rect", { class: "fill", width: 0, height: 10, rx: 3 }));
  const kv = element("span");
  kv.append(meter, element("span"));
  row.children[6].append(kv);
  const button = element("button", "Drain");
  button.type = "button";
  button.addEventListener("click", () => drain(button));
  row.children[7].append(button);
  return row;
}

function showReplicas(state) {
  const body = byId("fleet").tBodies[0];
  while (body.rows.length > state.replicas.length) {
    body.lastChild.remove();
  }

  state.replicas.forEach((replica, i) => {
    if (!body.rows[i]) {
      body.append(replicaRow());
    }

    const cells = body.rows[i].children;
    const [text, good] = stateOf(replica);
    const set = (cell, value) => cell.textContent === value || (cell.textContent = value);
    set(cells[0], replica.name);
    set(cells[1], text);
    cells[1].className = good ? "good" : "bad";
    set(cells[2], number(replica.in_flight_requests));
    set(cells[3], replica.window === null ? "no limit" : number(replica.window));
    set(cells[4], number(replica.running_requests));
    set(cells[5], number(replica.waiting_requests));
    const [meter, use] = cells[6].firstChild.children;
    meter.lastChild.setAttribute("width", 64 * (replica.kv_usage ?? 0));
    set(use, replica.kv_usage === null ? "–" : `${(replica.kv_usage * 100).toFixed(1)} %`);
    const button = cells[7].firstChild;
    set(button, replica.draining ? "Resume" : "Drain");
    button.dataset.replica = replica.name;
    button.dataset.action = replica.draining ? "resume" : "drain";
    button.setAttribute("aria-label", `${button.textContent} ${replica.name}`);
  });
}

function showDecisions(state) {
  const rows = rowsOf(byId("feed").tBodies[0], state.decisions.length);
  state.decisions.forEach((decision, i) => {
    fill(rows[i], [
      `#${number(decision.request)}${decision.retry ? " again" : ""}`,
      seconds(Math.max(0, state.uptime_seconds - decision.at_seconds)),
      `${number(decision.prompt_tokens)} tokens`,
      seconds(decision.held_seconds),
      decision.replica ?? "refused",
      decision.reason.replaceAll("_", " "),
    ]);
    rows[i].children[4].className = decision.replica === null ? "bad" : "";
    let seen = rows[i].children[6];
    if (!seen) {
      seen = element("td", undefined, "seen");
      rows[i].append(seen);
    }

    seen.replaceChildren(...decision.seen.flatMap((replica) => {
      const text = replica.in_flight_requests < 0 ? "×" : String(replica.in_flight_requests);
      return [replica.chosen ? element("b", text) : text, " "];
    }));
  });
}

// What people do

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer is JSON.
  }

  return { ok: answer.ok, status: answer.status, text, json };
}

function problemOf(answer) {
  const problems = answer.json?.problems ?? answer.json?.errors;
  return Array.isArray(problems) ? problems.map((problem) => typeof problem === "string" ? problem : JSON.stringify(problem)).join("\n")
    : answer.json?.error?.message ?? answer.text ?? `status ${answer.status}`;
}

function say(id, text, good) {
  const place = byId(id);
  place.textContent = text;
  place.className = `answer ${good ? "good" : "bad"}`;
}

async function drain(button) {
  const { replica, action } = button.dataset;
  button.disabled = true;
  try {
    const answer = await post(`/api/${action}?replica=${encodeURIComponent(replica)}`);
    say("fleet-answer", `${replica}: ${answer.text.trim()}`, answer.ok);
  } catch (error) {
    say("fleet-answer", `${replica}: ${error.message}`, false);
  } finally {
    button.disabled = false;
  }
}

const formOf = (form) => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""));

let policyFormTouched = false;

function showPolicies(state) {
  const form = byId("policy-form");
  const { admission, ordering, routing, window, adaptive_windows: adapts } = state.policies;
  const now = { admission, ordering, routing, window: adapts ? "adaptive" : window === null ? "none" : String(window) };
  for (const [name, value] of Object.entries(now)) {
    byId("what-if-form").elements[name].placeholder = value;
    if (!policyFormTouched) {
      form.elements[name].value = value;
    }
  }
}

async function applyPolicies(event) {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    const fields = formOf(event.target);
    const answer = await post("/api/policies", /^\d+$/.test(fields.window) ? { ...fields, window: Number(fields.window) } : fields);
    if (answer.ok) {
      policyFormTouched = false;
      say("policy-answer", "The policies apply from now on; no request was dropped.", true);
    } else if (answer.status === 404) {
      say("policy-answer", "This gateway cannot change its policies while it runs.", false);
    } else {
      say("policy-answer", problemOf(answer), false);
    }
  } catch (error) {
    say("policy-answer", error.message, false);
  } finally {
    button.disabled = false;
  }
}

async function compare(event) {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  say("what-if-answer", "Simulating …", true);
  try {
    const fields = formOf(event.target);
    const answer = await post("/api/what-if", { ...fields, minutes: Number(fields.minutes) });
    if (answer.ok) {
      say("what-if-answer", `${number(answer.json.requests)} requests over ${span(answer.json.span_seconds)} on ${answer.json.replicas} replicas.`, true);
      showComparison(answer.json);
    } else if (answer.status === 404) {
      say("what-if-answer", "This gateway has no simulator.", false);
    } else {
      say("what-if-answer", problemOf(answer), false);
    }
  } catch (error) {
    say("what-if-answer", error.message, false);
  } finally {
    button.disabled = false;
  }
}

const comparedNames = {
  queue_seconds: "Queue", ttft_seconds: "First token (TTFT)", tpot_seconds: "Per output token (TPOT)", e2e_seconds: "End to end (E2E)",
};

function showComparison(result) {
  const box = byId("what-if-result");
  box.hidden = false;
  const table = box.firstElementChild;
  table.caption.textContent = `${result.current.policies} against ${result.other.policies}`;
  const kinds = Object.keys(comparedNames);
  const rows = rowsOf(table.tBodies[0], kinds.length);
  kinds.forEach((kind, i) => {
    const three = (part, format) => ["mean", "p50", "p99"].map((name) => format(part[kind][name]));
    fill(rows[i], [comparedNames[kind], ...three(result.current, seconds), ...three(result.other, seconds), ...three(result.difference, signed)]);
    [...rows[i].children].slice(7).forEach((cell, k) => {
      const value = result.difference[kind][["mean", "p50", "p99"][k]];
      cell.className = value < 0 ? "good" : value > 0 ? "bad" : "";
    });
  });
  const notes = byId("what-if-notes");
  notes.hidden = result.notes.length === 0;
  notes.replaceChildren(...result.notes.map((note) => element("li", note)));
}

async function fillCatalogue() {
  const answer = await fetch("/api/catalog");
  if (!answer.ok) {
    return;
  }

  for (const [family, entries] of Object.entries(await answer.json())) {
    byId(`${family}-names`).replaceChildren(...entries.map((entry) => {
      const option = element("option", entry.summary);
      option.value = entry.name;
      return option;
    }));
  }
}

// The stream

function connection(text, good) {
  const pill = byId("connection");
  if (pill.textContent !== text) {
    pill.textContent = text;
    pill.className = `pill ${good ? "good" : "bad"}`;
  }
}

function show(state) {
  remember(state);
  showCards(state);
  showLines(state);
  showPlots();
  showLatencies(state);
  showReplicas(state);
  showDecisions(state);
  showPolicies(state);
}

function listen() {
  const events = new EventSource("/api/events");
  events.onmessage = (event) => {
    connection("live", true);
    show(JSON.parse(event.data));
  };
  events.onerror = () => {
    connection("no connection; trying again", false);
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(listen, 2000);
    }
  };
}

byId("policy-form").addEventListener("input", () => { policyFormTouched = true; });
byId("policy-form").addEventListener("submit", applyPolicies);
byId("what-if-form").addEventListener("submit", compare);
fillCatalogue();
listen();
