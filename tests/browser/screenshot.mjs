// Opens pages in Chromium, in light and dark and on a narrow screen, and refuses what a reader would trip over: console errors, network
// requests, sideways scrolling, empty or overflowing plots, labels on top of each other. Leaves a picture of each view.
//
//   node screenshot.mjs PICTURE_FOLDER PAGE.html...
import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const views = [
  { name: "light", width: 1280, colorScheme: "light" },
  { name: "dark", width: 1280, colorScheme: "dark" },
  { name: "narrow", width: 375, colorScheme: "light" },
];

const browserPath = process.env.PLIMSOLL_CHROMIUM ?? "/usr/bin/chromium";
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function inspect() {
  const problems = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) {
    problems.push(`scrolls sideways: ${page.scrollWidth} > ${page.clientWidth}`);
  }

  for (const figure of document.querySelectorAll("figure")) {
    const title = figure.querySelector("figcaption b")?.textContent;
    const plot = figure.querySelector("svg.plot");
    if (!plot || plot.getBoundingClientRect().height < 40) {
      problems.push(`no plot in "${title}"`);
      continue;
    }

    const room = figure.getBoundingClientRect();
    const labels = [...plot.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
    for (const { text, box } of labels) {
      if (box.left < room.left || box.right > room.right + 1 || box.top < room.top || box.bottom > room.bottom + 1) {
        problems.push(`"${text}" leaves "${title}"`);
      }
    }

    for (let i = 0; i < labels.length; i++) {
      for (let j = i + 1; j < labels.length; j++) {
        const a = labels[i].box;
        const b = labels[j].box;
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 4) {
          problems.push(`"${labels[i].text}" meets "${labels[j].text}" in "${title}"`);
        }
      }
    }
  }

  return { problems, plots: document.querySelectorAll("svg.plot").length };
}

async function look(browser, file, view, folder) {
  const problems = [];
  const address = pathToFileURL(resolve(file)).href;
  const context = await browser.newContext({ viewport: { width: view.width, height: 900 }, colorScheme: view.colorScheme });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      problems.push(`console: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:")) {
      problems.push(`request: ${request.url()}`);
    }
  });
  await page.goto(address);
  const found = await page.evaluate(inspect);
  problems.push(...found.problems);
  if (found.plots === 0) {
    problems.push("no plot at all");
  }

  await page.screenshot({ path: join(folder, `${basename(file, ".html")}-${view.name}.png`), fullPage: true });
  await context.close();
  return problems;
}

const [folder, ...files] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: browserPath, args: flags });
let failures = 0;
for (const file of files) {
  for (const view of views) {
    for (const problem of await look(browser, file, view, folder)) {
      console.error(`${basename(file)}, ${view.name}: ${problem}`);
      failures++;
    }
  }
}

await browser.close();
console.log(`${files.length} pages in ${views.length} views, ${failures} problems`);
process.exitCode = failures === 0 ? 0 : 1;
