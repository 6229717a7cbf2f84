// A real browser for the journeys and the pictures, against a server that runs.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const base = (process.env.MARQUEE_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
export const password = "marquee-demo";

/** How long a page may take to show what another one caused, in milliseconds. */
export const soon = 15_000;

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts Chromium: the one named by CHROMIUM, else the system's. Close it when done. */
export async function launch() {
  const executablePath = process.env.CHROMIUM ?? places.find((place) => existsSync(place));
  if (!executablePath) throw new Error("No Chromium found: install it, or name it in CHROMIUM.");
  const profile = await mkdtemp(join(tmpdir(), "marquee-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const browser = context.browser();
  return {
    /** A person of their own: no cookies or storage shared with others. */
    person: (options) => {
      if (!browser) throw new Error("Chromium did not start.");
      return browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
    },
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

const results = new URL("../test-results/", import.meta.url);

/**
 * Plays a story in a browser of its own: `play(pages, person)`. When it fails, every page it put into `pages` is
 * pictured in test-results/ and the process ends with code 1.
 */
export async function story(name, play) {
  const browser = await launch();
  const pages = {};
  try {
    await play(pages, browser.person);
    console.log(`${name}: passed`);
  } catch (error) {
    console.error(error);
    await mkdir(results, { recursive: true });
    for (const [role, page] of Object.entries(pages)) {
      const file = `${name}-${role}.png`;
      await page.screenshot({ path: new URL(file, results).pathname, fullPage: true }).catch(() => undefined);
      console.error(`screenshot: test-results/${file} (${page.url()})`);
    }
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

/** Sends one operation to the API and returns its data. */
export async function api(query, variables = {}, token = undefined) {
  const response = await fetch(`${base}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`The API answered: ${errors.map(({ message }) => message).join("; ")}`);
  return data;
}

/** Logs in through the API; returns the access token. */
export async function tokenOf(email) {
  const { logIn } = await api(
    "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken } userErrors { message } } }",
    { input: { email, password } },
  );
  if (!logIn.session)
    throw new Error(`${email}: ${logIn.userErrors.map(({ message }) => message).join("; ")}`);
  return logIn.session.accessToken;
}

/** Logs a page in through the form, as a person does. */
export async function logIn(page, email) {
  await page.goto(`${base}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("main").getByRole("button", { name: "Log in", exact: true }).click();
  await page.getByRole("button", { name: /^Account of/ }).waitFor();
}
