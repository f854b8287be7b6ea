// The official client for JavaScript against the gateway: says when the stream may be cut, and ends with one
// line of JSON, what it saw.
import OpenAI, { APIError } from 'openai';

const [base] = process.argv.slice(2);
const client = new OpenAI({ baseURL: base + 'v1', apiKey: 'none', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Tell me of ships.' }];
const seen = {};

seen.models = (await client.models.list()).data.map((model) => model.id).sort();

const whole = await client.chat.completions.create({ model: 'tiny', messages, max_tokens: 5, ignore_eos: true });
seen.whole = { tokens: whole.usage.completion_tokens, role: whole.choices[0].message.role, hasText: whole.choices[0].message.content.length > 0 };

const stream = await client.chat.completions.create({
  model: 'tiny', messages, max_tokens: 7, ignore_eos: true, stream: true, stream_options: { include_usage: true },
});
let text = '';
let usage = null;
let finish = null;
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta?.content ?? '';
  finish = chunk.choices[0]?.finish_reason ?? finish;
  usage = chunk.usage ?? usage;
}

seen.streamed = { tokens: usage.completion_tokens, finish, hasText: text.length > 0 };

const tools = [{ type: 'function', function: { name: 'depth', parameters: { type: 'object', properties: { port: { type: 'string' } } } } }];
const runner = client.chat.completions.stream({ model: 'tools', messages, tools });
const final = await runner.finalChatCompletion();
const call = final.choices[0].message.tool_calls[0];
seen.tool = { name: call.function.name, port: JSON.parse(call.function.arguments).port, finish: final.choices[0].finish_reason };

const response = await client.responses.create({ model: 'tiny', input: 'ships', max_output_tokens: 4 });
seen.response = response.status;

const embedding = await client.embeddings.create({ model: 'tiny', input: ['a', 'b'] });
seen.embeddings = embedding.data.length;

const long = await client.chat.completions.create({ model: 'tiny', messages, max_tokens: 50_000, ignore_eos: true, stream: true });
let chunks = 0;
for await (const _ of long) {
  if (++chunks === 3) {
    break;
  }
}

long.controller.abort();
seen.left = chunks;

try {
  await client.chat.completions.create({ model: 'nowhere', messages });
} catch (error) {
  seen.error = { isApiError: error instanceof APIError, status: error.status, code: error.code };
}

try {
  for await (const _ of await client.chat.completions.create({ model: 'cut', messages, stream: true })) {
    seen.beforeCut = (seen.beforeCut ?? 0) + 1;
    console.log('cut it now');
  }

  seen.cut = 'unnoticed';
} catch (error) {
  seen.cut = error instanceof APIError ? error.code ?? 'error' : 'broken';
}

console.log(JSON.stringify(seen));
