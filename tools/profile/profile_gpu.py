#!/usr/bin/env python3
"""Measures the steps of an LLM engine, without an engine: Python and PyTorch are all it needs.

Builds a few layers of a model (random weights, a tensor-parallel slice if asked), and times

  decode    a step by (sequences, context of each): every layer reads its own weights and its own cache
  prefill   a step by (new tokens, tokens before them)
  mixed     a step that holds both
  gemm      the products of a layer and the output head, by tokens
  attention scaled_dot_product_attention alone, by the same shapes
  launch    what starting a kernel costs, alone and replayed from a graph

A step is embedding + layers x (time of the layers built / how many) + final norm + head + argmax. On a GPU steps are replayed from captured
graphs, as engines do (--eager launches each kernel); on a CPU they are just run. Writes into a folder:

  profile.csv    steps, in the form that `plimsoll calibrate --from` and `--step-time profile:FILE` read
  operators.csv  products, attention and launches
  meta.json      device, versions, clocks, shapes, options, how long it took

Example:
  plimsoll catalog models llama-3.1-8b --json > model.json
  python3 profile_gpu.py --model-json model.json --out measured
  python3 profile_gpu.py --model-json llama-70b.json --tp 4 --seconds 300 --out measured-tp4

Not measured: all-reduces between the GPUs of a slice, the host's own work between steps, sampling other than the largest logit. Experts
run one after the other, as plain PyTorch has no grouped product everywhere: an upper bound of what an engine's kernel takes.
"""

import argparse
import csv
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time

try:
    import torch
    import torch.nn.functional as functional
except ImportError:
    sys.exit("profile_gpu.py needs PyTorch, and this Python has none: install torch, or run another Python")

SHAPE_FIELDS = {
    "layers": "layers", "hidden": "hidden_size", "heads": "attention_heads", "kv_heads": "kv_heads", "head_dim": "head_dim",
    "intermediate": "intermediate_size", "vocab": "vocabulary_size", "experts": "experts_routed",
    "experts_per_token": "experts_per_token", "expert_intermediate": "expert_intermediate_size",
}
OPTIONAL = {"experts", "experts_per_token", "expert_intermediate", "intermediate"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model-json", help="what `plimsoll catalog models NAME --json` prints")
    for flag in SHAPE_FIELDS:
        parser.add_argument("--" + flag.replace("_", "-"), type=int, help=argparse.SUPPRESS if flag in OPTIONAL else "shape, instead of --model-json")
    parser.add_argument("--tp", type=int, default=1, help="tensor-parallel degree: only the slice of one GPU is built (default 1)")
    parser.add_argument("--dtype", choices=["bf16", "fp16", "fp32"], help="default bf16 on a GPU, fp32 on a CPU")
    parser.add_argument("--device", choices=["cuda", "cpu"], help="default cuda where there is one")
    parser.add_argument("--build-layers", type=int, default=4, help="layers built and timed (default 4): enough that none stays in a cache")
    parser.add_argument("--seconds", type=float, default=240, help="stop measuring after this long (default 240)")
    parser.add_argument("--repeats", type=int, default=9, help="times each shape is timed; the median is written (default 9)")
    parser.add_argument("--max-batch", type=int, default=256, help="most decoding sequences (default 256)")
    parser.add_argument("--max-context", type=int, default=8192, help="longest context of a sequence (default 8192)")
    parser.add_argument("--max-prefill", type=int, default=4096, help="most new prompt tokens in a step (default 4096)")
    parser.add_argument("--memory-gib", type=float, help="memory to use at most (default: 0.8 of what is free, 2 on a CPU)")
    parser.add_argument("--eager", action="store_true", help="launch every kernel instead of replaying graphs")
    parser.add_argument("--out", required=True, help="folder to write")
    return parser.parse_args()


def shape_of(options):
    """The slice of one GPU, or every reason why there is none."""
    problems = []
    shape = {}
    if options.model_json:
        try:
            with open(options.model_json, encoding="utf-8") as file:
                document = json.load(file)
            models = document["models"]
            if len(models) != 1:
                problems.append(f"--model-json: holds {len(models)} models; give the name of one to `plimsoll catalog models`")
            shape = {flag: models[0].get(name) for flag, name in SHAPE_FIELDS.items()} if models else {}
            shape["name"] = models[0].get("name", "") if models else ""
        except (OSError, ValueError, KeyError, TypeError) as broken:
            problems.append(f"--model-json: cannot be read: {broken}")
    for flag in SHAPE_FIELDS:
        given = getattr(options, flag)
        if given is not None:
            shape[flag] = given
    for flag in SHAPE_FIELDS:
        value = shape.get(flag)
        if flag not in OPTIONAL and not value:
            problems.append(f"--{flag.replace('_', '-')}: missing, and no --model-json says it")
        elif value is not None and value < 0:
            problems.append(f"--{flag.replace('_', '-')}: {value} is negative")
    for name in ("tp", "build_layers", "repeats", "max_batch", "max_context", "max_prefill"):
        if getattr(options, name) < 1:
            problems.append(f"--{name.replace('_', '-')}: must be 1 or more, not {getattr(options, name)}")
    if not options.seconds > 0:
        problems.append(f"--seconds: must be above 0, not {options.seconds}")
    if not problems:
        if shape.get("experts"):
            if not shape.get("experts_per_token") or not shape.get("expert_intermediate"):
                problems.append("--experts: needs --experts-per-token and --expert-intermediate too")
        elif not shape.get("intermediate"):
            problems.append("--intermediate: missing, and no --model-json says it")
        if shape["heads"] % options.tp:
            problems.append(f"--tp: {shape['heads']} heads cannot be split over {options.tp}")
        if shape["heads"] % shape["kv_heads"]:
            problems.append(f"--kv-heads: {shape['heads']} heads cannot share {shape['kv_heads']}")
    if options.device == "cuda" and not torch.cuda.is_available():
        problems.append("--device: this PyTorch sees no GPU")
    if os.path.isfile(options.out):
        problems.append(f"--out: '{options.out}' is a file; give the name of a folder")
    if problems:
        for problem in problems:
            print("error: " + problem, file=sys.stderr)
        sys.exit(2)
    shape["heads"] //= options.tp
    shape["kv_heads"] = max(1, shape["kv_heads"] // options.tp)
    for flag in ("intermediate", "expert_intermediate"):
        shape[flag] = (shape.get(flag) or 0) // options.tp
    shape["vocab"] = -(-shape["vocab"] // options.tp)
    shape["experts"] = shape.get("experts") or 0
    return shape


class Clock:
    """Times a callable: the median of repeats, in seconds."""

    def __init__(self, device, repeats, eager):
        self.cuda = device.type == "cuda"
        self.repeats = repeats
        self.graphs = self.cuda and not eager

    def time(self, run, graph=True):
        for _ in range(2):
            run()
        call = run
        captured = None
        if self.graphs and graph:
            captured = self.capture(run)
            call = captured.replay if captured is not None else run
        if not self.cuda:
            return statistics.median(self.on_cpu(call) for _ in range(self.repeats))
        call()
        torch.cuda.synchronize()
        return statistics.median(self.on_gpu(call) for _ in range(self.repeats))

    @staticmethod
    def capture(run):
        try:
            stream = torch.cuda.Stream()
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                run()
            torch.cuda.current_stream().wait_stream(stream)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                run()
            return graph
        except RuntimeError:
            torch.cuda.synchronize()
            return None

    @staticmethod
    def on_cpu(call):
        begin = time.perf_counter()
        call()
        return time.perf_counter() - begin

    @staticmethod
    def on_gpu(call):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        call()
        end.record()
        end.synchronize()
        return begin.elapsed_time(end) * 1e-3


def attend(query, key, value, causal_after=None):
    """Attention of (batch, heads, queries, d) over (batch, heads, keys, d); causal with that many keys before the first query, or not."""
    if hasattr(functional, "scaled_dot_product_attention"):
        if causal_after is None:
            return functional.scaled_dot_product_attention(query, key, value)
        if causal_after == 0:
            return functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        try:
            from torch.nn.attention.bias import causal_lower_right
            return functional.scaled_dot_product_attention(query, key, value, attn_mask=causal_lower_right(query.shape[2], key.shape[2]))
        except ImportError:
            return functional.scaled_dot_product_attention(query, key, value, attn_mask=visible(query, key))
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    if causal_after is not None:
        scores = scores.masked_fill(~visible(query, key), float("-inf"))
    return scores.softmax(-1) @ value


def visible(query, key):
    """Which key each query may see: itself and all before, the last query seeing the last key."""
    queries, keys = query.shape[2], key.shape[2]
    return torch.ones(queries, keys, dtype=torch.bool, device=query.device).tril(keys - queries)


class Slice:
    """A few layers of the model on one device."""

    def __init__(self, shape, built, device, dtype):
        self.shape, self.built, self.device, self.dtype = shape, built, device, dtype
        hidden, width = shape["hidden"], shape["head_dim"]
        query, cached = shape["heads"] * width, shape["kv_heads"] * width

        def weight(rows, columns):
            return torch.randn(rows, columns, device=device, dtype=dtype) * (1 / math.sqrt(rows))

        self.layers = []
        for _ in range(built):
            layer = {"qkv": weight(hidden, query + 2 * cached), "o": weight(query, hidden), "norm": torch.ones(2, hidden, device=device, dtype=dtype)}
            if shape["experts"]:
                inner = shape["expert_intermediate"]
                layer["router"] = weight(hidden, shape["experts"])
                layer["experts"] = [(weight(hidden, 2 * inner), weight(inner, hidden)) for _ in range(shape["experts"])]
            else:
                inner = shape["intermediate"]
                layer["up"], layer["down"] = weight(hidden, 2 * inner), weight(inner, hidden)
            self.layers.append(layer)
        self.embedding = torch.randn(shape["vocab"], hidden, device=device, dtype=dtype)
        self.head = weight(hidden, shape["vocab"])

    def state(self, tokens, decodes, context, chunk, history):
        """Everything a step works on, allocated before it is timed: each layer has a cache of its own."""
        kv, width = self.shape["kv_heads"], self.shape["head_dim"]

        def cache(batch, length):
            return [torch.randn(2, batch, kv, length, width, device=self.device, dtype=self.dtype) for _ in range(self.built)] if batch and length else None

        return {
            "x": torch.randn(tokens, self.shape["hidden"], device=self.device, dtype=self.dtype),
            "angles": torch.randn(2, tokens, 1, width // 2, device=self.device, dtype=self.dtype),
            "ids": torch.randint(0, self.shape["vocab"], (tokens,), device=self.device),
            "decodes": decodes, "chunk": chunk, "history": history,
            "decode_cache": cache(decodes, context), "prefill_cache": cache(1 if chunk else 0, history + chunk),
        }

    @staticmethod
    def normed(x, gain):
        return x * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-5).to(x.dtype) * gain

    @staticmethod
    def rotated(x, angles):
        half = x.shape[-1] // 2
        left, right = x[..., :half], x[..., half:]
        return torch.cat([left * angles[0] - right * angles[1], right * angles[0] + left * angles[1]], -1)

    def attention(self, index, query, key, value, state):
        heads, kv, width = self.shape["heads"], self.shape["kv_heads"], self.shape["head_dim"]
        group, decodes, outputs = heads // kv, state["decodes"], []
        if decodes:
            cache = state["decode_cache"][index]
            cache[0][:, :, -1], cache[1][:, :, -1] = key[:decodes], value[:decodes]
            # Queries that share a key head stand beside each other: grouped attention without copies of the keys.
            grouped = query[:decodes].view(decodes, kv, group, width)
            outputs.append(attend(grouped, cache[0], cache[1]).reshape(decodes, heads * width))
        if state["chunk"]:
            cache, chunk = state["prefill_cache"][index], state["chunk"]
            cache[0][0, :, -chunk:], cache[1][0, :, -chunk:] = key[decodes:].transpose(0, 1), value[decodes:].transpose(0, 1)
            keys, values = (part.repeat_interleave(group, 1) if group > 1 else part for part in (cache[0], cache[1]))
            mixed = attend(query[decodes:].transpose(0, 1).unsqueeze(0), keys, values, causal_after=state["history"])
            outputs.append(mixed[0].transpose(0, 1).reshape(chunk, heads * width))
        return outputs[0] if len(outputs) == 1 else torch.cat(outputs)

    def experts(self, layer, x):
        weights, chosen = torch.topk(x @ layer["router"], self.shape["experts_per_token"], -1)
        weights, result = weights.softmax(-1), torch.zeros_like(x)
        for number in chosen.unique().tolist():
            rows, place = (chosen == number).nonzero(as_tuple=True)
            up, down = layer["experts"][number]
            gate, value = (x[rows] @ up).chunk(2, -1)
            result.index_add_(0, rows, (functional.silu(gate) * value) @ down * weights[rows, place].unsqueeze(-1))
        return result

    def run_layers(self, state):
        heads, kv, width = self.shape["heads"], self.shape["kv_heads"], self.shape["head_dim"]
        x = state["x"]
        for index, layer in enumerate(self.layers):
            qkv = self.normed(x, layer["norm"][0]) @ layer["qkv"]
            query, key, value = qkv.split([heads * width, kv * width, kv * width], -1)
            query = self.rotated(query.view(-1, heads, width), state["angles"])
            key = self.rotated(key.view(-1, kv, width), state["angles"])
            x = x + self.attention(index, query, key, value.view(-1, kv, width), state) @ layer["o"]
            inner = self.normed(x, layer["norm"][1])
            if self.shape["experts"]:
                x = x + self.experts(layer, inner)
            else:
                gate, value = (inner @ layer["up"]).chunk(2, -1)
                x = x + (functional.silu(gate) * value) @ layer["down"]
        return x

    def run_rest(self, state):
        rows = state["decodes"] + (1 if state["chunk"] else 0)
        x = self.embedding[state["ids"]]
        return (self.normed(x[-rows:], 1.0) @ self.head).argmax(-1)


def powers(first, last, factor=2):
    values, value = [], first
    while value < last:
        values.append(value)
        value *= factor
    return values + [last]


def plan(options):
    """Shapes as (kind, decodes, context of each, chunk, history), coarse first, so that a budget that runs out leaves a usable profile."""
    batches, contexts = powers(1, options.max_batch), powers(min(128, options.max_context), options.max_context, 4)
    chunks = powers(min(16, options.max_prefill), options.max_prefill)
    coarse_batches = batches[::3] + ([batches[-1]] if (len(batches) - 1) % 3 else [])
    ends = sorted({contexts[0], contexts[-1]})
    shapes = [("decode", batch, context, 0, 0) for batch in coarse_batches for context in ends]
    shapes += [("prefill", 0, 0, chunk, 0) for chunk in sorted({chunks[0], chunks[len(chunks) // 2], chunks[-1]})]
    shapes += [("decode", batch, context, 0, 0) for batch in batches for context in ends]
    shapes += [("prefill", 0, 0, chunk, 0) for chunk in chunks]
    histories = [history for history in (512, 2048, 8192) if history <= options.max_context]
    shapes += [("prefill", 0, 0, chunk, history) for chunk in chunks[2::2] for history in histories]
    middle = contexts[len(contexts) // 2]
    shapes += [("mixed", batch, middle, chunk, 0) for batch in batches[3::2] for chunk in chunks[2::3]]
    shapes += [("decode", batch, context, 0, 0) for batch in batches for context in contexts[1:-1]]
    return list(dict.fromkeys(shapes))


def bytes_needed(shape, built, decodes, context, chunk, history, element):
    cached = 2 * shape["kv_heads"] * shape["head_dim"] * element
    copies = 2 * (shape["heads"] // shape["kv_heads"])
    tokens = decodes + chunk
    wide = 3 * max(shape["intermediate"], shape["expert_intermediate"], shape["hidden"]) + shape["heads"] * shape["head_dim"] * 4
    scores = 0 if hasattr(functional, "scaled_dot_product_attention") else shape["heads"] * 2 * (chunk * (history + chunk) + decodes * context)
    return built * cached * (decodes * context + history + chunk) + cached * copies * (history + chunk) + element * (tokens * wide + scores)


def clocks():
    fields = "name,driver_version,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem,power.limit,temperature.gpu"
    try:
        answer = subprocess.run(
            ["nvidia-smi", "--query-gpu=" + fields, "--format=csv,noheader"], capture_output=True, text=True, timeout=20, check=True)
        return dict(zip(fields.split(","), [part.strip() for part in answer.stdout.splitlines()[0].split(",")]))
    except (OSError, subprocess.SubprocessError, IndexError):
        return None


def measure_steps(part, options, clock, room, deadline):
    """Rows of profile.csv, and the shapes that there was no room or no time for."""
    rows, left_out, rest = [], [], {}
    element = torch.empty(0, dtype=part.dtype).element_size()
    for kind, decodes, context, chunk, history in plan(options):
        named = {"kind": kind, "decodes": decodes, "context_each": context, "chunk": chunk, "history": history}
        if bytes_needed(part.shape, part.built, decodes, context, chunk, history, element) > room:
            left_out.append({**named, "why": "memory"})
            continue
        if time.monotonic() > deadline:
            left_out.append({**named, "why": "time"})
            continue
        state = part.state(decodes + chunk, decodes, context, chunk, history)
        layers = clock.time(lambda: part.run_layers(state), graph=not part.shape["experts"])
        outputs = (decodes + chunk, decodes + (1 if chunk else 0))
        if outputs not in rest:
            rest[outputs] = clock.time(lambda: part.run_rest(state))
        rows.append([
            chunk, 1 if chunk else 0, history, decodes, decodes * context,
            f"{layers / part.built * part.shape['layers'] + rest[outputs]:.9g}", f"{layers / part.built:.9g}", f"{rest[outputs]:.9g}"])
        del state
    return rows, left_out


def measure_operators(part, options, clock, room, deadline):
    """Products, attention, launches: rows of operators.csv."""
    shape, rows = part.shape, []
    layer = part.layers[0]
    products = [("qkv", layer["qkv"]), ("o", layer["o"]), ("head", part.head)]
    if shape["experts"]:
        products += [("router", layer["router"]), ("expert_up", layer["experts"][0][0]), ("expert_down", layer["experts"][0][1])]
    else:
        products += [("gate_up", layer["up"]), ("down", layer["down"])]
    for tokens in powers(1, options.max_prefill, 4):
        for name, weight in products:
            if time.monotonic() > deadline:
                return rows
            x = torch.randn(tokens, weight.shape[0], device=part.device, dtype=part.dtype)
            rows.append(["gemm", name, tokens, weight.shape[1], weight.shape[0], "", "", f"{clock.time(lambda: x @ weight):.9g}"])
    kv, group, width = shape["kv_heads"], shape["heads"] // shape["kv_heads"], shape["head_dim"]
    element = torch.empty(0, dtype=part.dtype).element_size()
    for batch in powers(1, options.max_batch, 4):
        for context in powers(min(128, options.max_context), options.max_context, 4):
            if time.monotonic() > deadline or 2 * batch * kv * context * width * element > room:
                continue
            query = torch.randn(batch, kv, group, width, device=part.device, dtype=part.dtype)
            key = torch.randn(batch, kv, context, width, device=part.device, dtype=part.dtype)
            rows.append(["attention", "decode", batch, "", "", context, "", f"{clock.time(lambda: attend(query, key, key)):.9g}"])
    one = torch.zeros(1, device=part.device)

    def thousand():
        for _ in range(1000):
            one.add_(1)

    rows.append(["launch", "one_by_one", "", "", "", "", "", f"{clock.time(thousand, graph=False) / 1000:.9g}"])
    if clock.graphs:
        rows.append(["launch", "from_a_graph", "", "", "", "", "", f"{clock.time(thousand) / 1000:.9g}"])
    return rows


def write(folder, name, text):
    """Complete, or not at all."""
    unfinished = os.path.join(folder, name + ".part")
    with open(unfinished, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.replace(unfinished, os.path.join(folder, name))


def table(comments, header, rows):
    import io
    text = io.StringIO()
    for comment in comments:
        text.write(f"# {comment}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


@torch.no_grad()
def main():
    options = arguments()
    shape = shape_of(options)
    begin = time.monotonic()
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    dtype = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[options.dtype or ("bf16" if device.type == "cuda" else "fp32")]
    torch.manual_seed(1)
    built = min(options.build_layers, shape["layers"])
    try:
        part = Slice(shape, built, device, dtype)
    except RuntimeError as full:
        sys.exit(f"error: {built} layers do not fit into the memory of the device; lower --build-layers or raise --tp ({full})")
    free = torch.cuda.mem_get_info()[0] * 0.8 if device.type == "cuda" else 2 * 2 ** 30
    room = options.memory_gib * 2 ** 30 if options.memory_gib else free
    clock = Clock(device, options.repeats, options.eager)
    before = clocks() if device.type == "cuda" else None
    steps, left_out = measure_steps(part, options, clock, room, begin + 0.8 * options.seconds)
    operators = measure_operators(part, options, clock, room, begin + options.seconds)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {platform.machine()}, {torch.get_num_threads()} threads"
    meta = {
        "tool": "plimsoll tools/profile", "device": name, "torch": torch.__version__, "cuda": torch.version.cuda, "python": platform.python_version(),
        "model": shape.get("name", ""), "tensor_parallel": options.tp, "slice": {key: value for key, value in shape.items() if key != "name"},
        "dtype": str(dtype).replace("torch.", ""), "layers_built": built, "graphs": clock.graphs and not shape["experts"],
        "repeats": options.repeats, "clocks_before": before, "clocks_after": clocks() if device.type == "cuda" else None,
        "seconds": round(time.monotonic() - begin, 1), "steps": len(steps), "left_out": left_out,
        "not_measured": ["all-reduce", "host work between steps", "sampling other than argmax"],
    }
    os.makedirs(options.out, exist_ok=True)
    comments = [f"{key}: {meta[key]}" for key in ("device", "model", "tensor_parallel", "dtype", "torch", "graphs")]
    write(options.out, "profile.csv", table(
        comments,
        ["prefill_tokens", "prefill_sequences", "prefill_history_tokens", "decode_sequences", "decode_context_tokens", "step_seconds",
         "layer_seconds", "rest_seconds"],
        steps))
    write(options.out, "operators.csv", table(comments, ["operator", "name", "m", "n", "k", "context", "history", "seconds"], operators))
    write(options.out, "meta.json", json.dumps(meta, indent=2) + "\n")
    print(f"{len(steps)} steps and {len(operators)} operators on {name} in {meta['seconds']} s, {len(left_out)} shapes left out: {options.out}")


if __name__ == "__main__":
    main()
