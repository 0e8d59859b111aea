// Shared by the tests: reports made by the program, and a browser that records what it did.

import { chromium } from "playwright-core";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const PROGRAM = process.env.WIRECOPY ?? join(ROOT, "target/release/wirecopy");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const folder = mkdtempSync(join(tmpdir(), "wirecopy-browser-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Path of a scratch file. */
export function scratch(name) {
  return join(folder, name);
}

/** Makes a report from inputs or records; returns its path. */
export function report(name, inputs, ...flags) {
  let paths = inputs;
  if (typeof inputs[0] === "object") {
    const path = scratch(`${name}.jsonl`);
    writeFileSync(path, inputs.map((record) => JSON.stringify(record) + "\n").join(""));
    paths = [path];
  }
  const page = scratch(`${name}.html`);
  execFileSync(PROGRAM, ["scan", ...paths, "-o", page, "--quiet", ...flags], { cwd: ROOT });
  return page;
}

const corpora = resolve(ROOT, process.env.WIRECOPY_CORPORA ?? "../shared/corpora");
/** The corpus news_dev, where it is there. */
export const NEWS = ["docs.jsonl", "docs.jsonl.zst"].map((name) => join(corpora, "news_dev", name))
  .find(existsSync);
/** Skips a test without it. */
export const WITH_NEWS = { skip: NEWS ? false : "SKIPPED: the corpus news_dev is not there" };

/** The report of news_dev. */
export function news() {
  const page = scratch("news.html");
  return existsSync(page) ? page : report("news", [NEWS]);
}

export function sample() {
  const page = scratch("sample.html");
  return existsSync(page) ? page : report("sample", ["examples/articles.jsonl"]);
}

/**
 * A browser with a profile of its own. `page.open(file, "#/view")` waits until the view is drawn;
 * `events` gathers console messages, errors, dialogs, requests beyond the file, and violations of
 * the policy.
 */
export async function browse(options = {}) {
  const profile = mkdtempSync(join(folder, "profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM, headless: true, args: FLAGS,
    viewport: { width: 1280, height: 900 }, ...options,
  });
  const page = context.pages()[0] ?? await context.newPage();
  page.setDefaultTimeout(15000);
  const events = [];
  let own = "";
  page.on("console", (message) => events.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => events.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    events.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  context.on("request", (request) => {
    if (request.url().split("#")[0] !== own) events.push(`request: ${request.url()}`);
  });
  context.on("page", (other) => events.push(`window: ${other.url()}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const open = async (file, address = "#/summary") => {
    own = pathToFileURL(file).href;
    await page.goto("about:blank");
    await page.goto(own + address);
    await page.waitForSelector("html[data-ready]");
    await settled(page);
  };
  // Goes to another view of the open report, as a link would.
  const go = async (address) => {
    await page.evaluate((to) => new Promise((done) => {
      if (location.hash === to) done();
      addEventListener("hashchange", () => done(), { once: true });
      location.hash = to;
      setTimeout(done, 500);
    }), address);
    await settled(page);
  };
  return { page, events, open, go, close: () => context.close() };
}

/** Waits until drawing is finished: first for `typing` milliseconds, then for busy views. */
export async function settled(page, typing = 0) {
  await page.waitForTimeout(typing);
  // A click changes the address at once; the view follows in a later task.
  await page.evaluate(() => new Promise((done) => setTimeout(() => setTimeout(done))));
  await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
}

export const VIEWS = ["#/summary", "#/copies", "#/families", "#/marked", "#/search?text=crane",
  "#/dossier", "#/family?n=0", "#/family?n=0&mode=full",
  "#/family?n=0&mode=table", "#/timeline", "#/outlets", "#/network", "#/articles",
  "#/article?id=harbor-courier%2Fcrane-failure.txt",
  "#/compare?a=northwire%2Fsaltmarsh-crane.txt&b=capital-ledger%2Fport-insurers.txt&at=1"];
