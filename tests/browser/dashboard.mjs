// Opens the live dashboard of a running gateway under traffic, in light and dark and on a narrow screen: numbers must change, forms must
// answer, the keyboard must do, nothing may be reported on the console or scroll sideways. Leaves a picture of each view.
//
//   node dashboard.mjs PICTURE_FOLDER ADDRESS
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const views = [
  { name: "light", width: 1280, colorScheme: "light" },
  { name: "dark", width: 1280, colorScheme: "dark" },
  { name: "narrow", width: 375, colorScheme: "dark" },
];
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const patience = 30_000;
const problems = [];

function inspect() {
  const found = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) {
    found.push(`scrolls sideways: ${page.scrollWidth} > ${page.clientWidth}`);
  }

  for (const input of document.querySelectorAll("input, button")) {
    if (!input.labels?.length && !input.textContent.trim() && !input.getAttribute("aria-label")) {
      found.push(`no label: ${input.outerHTML}`);
    }
  }

  for (const plot of document.querySelectorAll("svg.plot")) {
    if (!plot.getAttribute("aria-label") || plot.querySelectorAll("path.curve").length < 2) {
      found.push(`empty picture: ${plot.id}`);
    }

    const room = plot.getBoundingClientRect();
    for (const text of plot.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.left < room.left - 1 || box.right > room.right + 1) {
        found.push(`"${text.textContent}" leaves ${plot.id}`);
      }
    }
  }

  // WCAG 2.2: 4.5 to 1 for text.
  const light = (colour) => {
    const parts = colour.match(/[\d.]+/g).map(Number);
    const [r, g, b] = parts.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return { value: 0.2126 * r + 0.7152 * g + 0.0722 * b, clear: parts[3] === 0 };
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = light(getComputedStyle(at).backgroundColor);
      if (!colour.clear) {
        return colour.value;
      }
    }

    return 1;
  };
  for (const node of document.querySelectorAll("p, dt, dd, small, th, td, h1, h2, h3, a, label, button, input, span, caption, li")) {
    if (!node.textContent.trim() || node.closest("[hidden]") || node.classList.contains("skip")) {
      continue;
    }

    const [a, b] = [light(getComputedStyle(node).color).value, ground(node)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) {
      found.push(`contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}: "${node.textContent.trim().slice(0, 40)}"`);
    }
  }

  return [...new Set(found)];
}

// Playwright's own waiting evaluates text in the page, which the page's policy forbids.
async function until(page, holds, what) {
  for (const end = Date.now() + patience; !(await holds()); ) {
    if (Date.now() > end) {
      await page.screenshot({ path: join(folder, "dashboard-stuck.png"), fullPage: true });
      throw new Error(`never: ${what}`);
    }

    await page.waitForTimeout(50);
  }
}

async function changes(page, id) {
  const before = await page.textContent(`#${id}`);
  await until(page, async () => (await page.textContent(`#${id}`)) !== before, `${id} changes from ${before}`);
}

async function use(page) {
  await page.fill("#policy-form input[name=routing]", "least-requests");
  await page.press("#policy-form input[name=window]", "Enter");
  await until(page, async () => (await page.textContent("#policy-answer")) !== "", "an answer about policies");
  console.log(`policies: ${await page.textContent("#policy-answer")}`);

  const drain = page.locator("#fleet tbody tr:first-child button");
  await drain.focus();
  await page.keyboard.press("Enter");
  const state = () => page.textContent("#fleet tbody tr:first-child td");
  await until(page, async () => (await state()) === "draining", "a replica drains");
  await drain.focus();
  await page.keyboard.press("Enter");
  await until(page, async () => (await state()) === "ready", "a replica resumes");

  await page.fill("#what-if-form input[name=routing]", "no-such-policy");
  await page.click("#what-if-form button");
  await until(page, async () => (await page.textContent("#what-if-answer")).includes("no-such-policy"), "the refusal of a policy");
  await page.fill("#what-if-form input[name=routing]", "least-requests");
  await page.click("#what-if-form button");
  await until(page, () => page.isVisible("#what-if-result tbody tr:first-child"), "an answer to what if");
  console.log(`what if: ${await page.textContent("#what-if-answer")}`);
}

async function look(browser, address, view, folder, isFirst) {
  const say = (problem) => problems.push(`${view.name}: ${problem}`);
  const context = await browser.newContext({ viewport: { width: view.width, height: 900 }, colorScheme: view.colorScheme });
  const page = await context.newPage();
  page.on("console", (message) => {
    // Refusals that we provoke show up as failed loads.
    const provoked = /\/api\/(policies|what-if)$/.test(message.location().url);
    if ((message.type() === "error" || message.type() === "warning") && !provoked) {
      say(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => say(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(address)) {
      say(`request elsewhere: ${request.url()}`);
    }
  });
  await page.goto(address);
  await until(page, async () => (await page.textContent("#connection")) === "live", "the page is live");
  await until(page, async () => Number.parseFloat(await page.textContent("#arriving")) > 0, "requests arrive");
  for (const id of ["uptime", "output"]) {
    await changes(page, id);
  }

  if (isFirst) {
    await use(page);
  }

  await until(page, async () => (await page.locator("#feed tbody tr").count()) > 5, "decisions");
  for (const problem of await page.evaluate(inspect)) {
    say(problem);
  }

  await page.screenshot({ path: join(folder, `dashboard-${view.name}.png`), fullPage: true });
  await context.close();
}

const [folder, address] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.PLIMSOLL_CHROMIUM ?? "/usr/bin/chromium", args: flags });
try {
  for (const view of views) {
    try {
      await look(browser, address, view, folder, view === views[0]);
    } catch (error) {
      problems.push(`${view.name}: ${error.message}`);
    }
  }
} finally {
  await browser.close();
}

for (const problem of problems) {
  console.error(problem);
}

console.log(`${views.length} views, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
