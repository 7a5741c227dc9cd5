// Drives the demo page in headless Chromium as a user does, and prints a line for each thing that it checks. Argument:
// the address of the page, such as http://127.0.0.1:8080/graphql. The variable CHROMIUM is the path of the browser;
// without it, one is looked for in PATH. Ends with status 1 where a check failed, and with 3 where there is no browser.
import assert from "node:assert/strict";
import { accessSync, constants, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import puppeteer from "puppeteer-core";

const PATIENCE = 20_000; // milliseconds that a condition may take to come true, on a busy machine
const NARROW = "mission_analyst@UA"; // sees the cases of UA without names
const WIDE = "case_supervisor@UA"; // sees them with names
const EVERYWHERE = "hq_analyst@*"; // counts over every mission
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// ---- a visit to the page -------------------------------------------------------------------------------------------

// Runs in the page before its own scripts: notes what its Content-Security-Policy stopped, and what each frame showed.
function watch() {
  window.stopped = [];
  window.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    window.stopped.push(`${violatedDirective} ${blockedURI}`);
  });
  const text = (element) => (element && element.checkVisibility() ? element.innerText : "");
  const editor = (name) => document.querySelector(`${name} .CodeMirror`)?.CodeMirror.getValue() ?? "";
  window.screenNow = () => ({
    role: document.getElementById("role")?.value,
    description: text(document.getElementById("description")),
    pressed: [...document.querySelectorAll("#queries [aria-pressed=true]")].map(text),
    status: text(document.getElementById("status")),
    state: document.getElementById("status")?.className,
    problem: text(document.getElementById("problem")),
    query: editor(".graphiql-query-editor"),
    answer: editor(".result-window"),
    spinning: Boolean(document.querySelector(".graphiql-spinner")),
  });
  window.seen = [];
  const look = () => {
    const now = window.screenNow();
    if (JSON.stringify(now) !== JSON.stringify(window.seen.at(-1))) window.seen.push(now);
    requestAnimationFrame(look);
  };
  if (window === window.top) look();
}

const isQuery = (request) => request.method() === "POST" && !request.postData().includes('"IntrospectionQuery"');

// Not puppeteer's own waiting for a function: that needs `eval`, which the page's policy forbids.
async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const met = await condition();
    if (met) return met;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

class Visit {
  complaints = []; // what a developer would see in the browser's tools
  faults = []; // what nothing may cause: scripts that fail, requests to another origin
  settled = new Set(); // requests that ended, in one way or another
  unavailable = null; // a path that is answered by an error
  route = null; // what becomes of a query instead of going to the gateway; a check may set it

  static async begin(browser, viewport) {
    const visit = new Visit();
    const page = (visit.page = await browser.newPage());
    await page.setViewport(viewport);
    page.setDefaultTimeout(PATIENCE);
    await page.evaluateOnNewDocument(watch);
    page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) visit.complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => visit.faults.push(`exception: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 400) visit.complaints.push(`${response.status()} ${response.url()}`);
    });
    page.on("requestfinished", (request) => visit.settled.add(request));
    page.on("requestfailed", (request) => {
      visit.settled.add(request);
      // What the page itself gave up is no failure.
      const { errorText } = request.failure();
      if (errorText !== "net::ERR_ABORTED") visit.complaints.push(`${errorText} ${request.url()}`);
    });
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      const url = new URL(request.url());
      // The page embeds its icon and GraphiQL its fonts.
      if (url.protocol !== "data:" && url.origin !== address.origin) visit.faults.push(`another origin: ${url}`);
      if (url.pathname === visit.unavailable) return request.respond({ status: 503 });
      return visit.route && isQuery(request) ? visit.route(request) : request.continue();
    });
    return visit;
  }

  // Opens the page. It asks its first query by itself.
  async open() {
    return this.ask(() => this.page.goto(address.href));
  }

  look() {
    return this.page.evaluate(() => window.screenNow());
  }

  // Everything that could be seen since it was last asked for.
  seen() {
    return this.page.evaluate(() => window.seen.splice(0));
  }

  // Lets the page draw whatever it has to draw.
  frame() {
    return this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  // Does what asks a query, waits until the answer that came stands there, and returns what is seen then.
  async ask(action) {
    const [response] = await Promise.all([
      this.page.waitForResponse((response) => isQuery(response.request())),
      action(),
    ]);
    const came = JSON.stringify(await response.json());
    return this.settle((now) => JSON.stringify(parsed(now.answer)) === came);
  }

  // Waits until nothing is under way and something is seen, and returns what is seen then.
  settle(condition) {
    return until("the answer is shown", async () => {
      const now = await this.look();
      return now.answer && now.state !== "busy" && !now.spinning && condition(now) && now;
    });
  }

  async chooseRole(label) {
    await this.page.select("#role", label);
  }

  async openQuery({ title }) {
    const buttons = await this.page.$$("#queries button");
    for (const button of buttons) {
      if ((await button.evaluate((element) => element.textContent)) === title) return button.click();
    }
    throw new Error(`no button ${title}`);
  }

  async run() {
    await this.page.click(".graphiql-execute-button");
  }

  // Puts a text into the editor at once, as pasting does.
  async type(text) {
    await this.page.click(".graphiql-query-editor .CodeMirror");
    await this.page.keyboard.down("Control");
    await this.page.keyboard.press("a");
    await this.page.keyboard.up("Control");
    await this.page.keyboard.sendCharacter(text);
    assert.equal((await this.look()).query, text);
  }

  // Does what asks a query, and leaves it unanswered: returns the request, which has not gone to the gateway yet.
  async leave(action) {
    let held;
    this.route = (request) => (held = request);
    await action();
    await until("the query is asked", () => held);
    this.route = null;
    return held;
  }

  // Lets an answer arrive that nobody waits for any more, and the page draw what it makes of it.
  async arrive(request, answer) {
    await request.respond({ status: 200, contentType: "application/json", body: JSON.stringify(answer) });
    await until("the late answer is there", () => this.settled.has(request));
    await this.frame();
  }

  // What a user can see and reach without scrolling: it is in the window, and nothing covers it.
  async assertInView(selector) {
    const covered = await this.page.$eval(selector, (element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
      if (!inside) return `from ${left}, ${top} to ${right}, ${bottom}`;
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return element.contains(hit) ? "" : `covered by ${hit?.outerHTML.slice(0, 100)}`;
    });
    assert.equal(covered, "", `${selector} is not in view`);
  }

  // What axe finds that keeps people out: each finding with its first place. It is put beside the page's own scripts, as a
  // developer's tools are, since the page's policy would stop it.
  async barriers() {
    await this.page.evaluate(AXE);
    return this.page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
      const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      return grave.map(({ id, nodes }) => `${id}: ${nodes.length}, first ${nodes[0].target.join(" ")}`);
    });
  }

  // Answers queries in the gateway's place.
  answerWith(status, headers, body) {
    this.route = (request) => request.respond({ status, headers, body, contentType: "application/json" });
  }

  // What the visit caused that no visit may cause. Nothing of it is kept in the browser either.
  async allFaults() {
    const { stopped, kept } = await this.page.evaluate(async () => ({
      stopped: window.stopped,
      kept: [
        ...Object.keys(localStorage),
        ...Object.keys(sessionStorage),
        ...(await indexedDB.databases()).map(({ name }) => name),
        ...(await caches.keys()),
      ],
    }));
    const cookies = await this.page.browserContext().cookies();
    return [
      ...this.faults,
      ...stopped.map((what) => `stopped by the policy: ${what}`),
      ...[...kept, ...cookies.map(({ name }) => name)].map((what) => `kept in the browser: ${what}`),
    ];
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// ---- checks --------------------------------------------------------------------------------------------------------

const checks = [];
const WINDOW = { width: 1280, height: 800 };

// Each has a visit of its own, of which Visit.allFaults() must find nothing.
function check(name, run, viewport = WINDOW) {
  checks.push({ name, run, viewport });
}

// What a user must read when something went wrong: a sentence, and the bar does not look as if all were well.
function assertTold({ problem, state, status }, pattern) {
  assert.match(problem, pattern);
  assert.match(problem, /^[^{}]+\.$/, "a sentence, not JSON");
  assert.equal(state, "failed", `the status is: ${status}`);
}

function assertWell({ problem, state }) {
  assert.equal(problem, "");
  assert.equal(state, "ok");
}

function savedQueryAbout(word) {
  const found = session.queries.find(({ query }) => query.includes(word));
  assert.ok(found, `a saved query about ${word}`);
  return found;
}

function checkOpening() {
  check("the page opens with the first saved query, answered for the first role", async (visit) => {
    const now = await visit.open();
    assert.equal(await visit.page.title(), "Causeway demo");
    assert.equal(now.role, session.roles[0].label);
    assert.equal(now.query, session.queries[0].query);
    assert.deepEqual(now.pressed, [session.queries[0].title]);
    assertWell(now);
  });

  check("the root of the address leads to it", async (visit) => {
    const now = await visit.ask(() => visit.page.goto(new URL("/", address).href));
    assert.equal(visit.page.url(), address.href);
    assertWell(now);
  });

  check("no console message, failed request, other origin, or trace in the browser", async (visit) => {
    await visit.open();
    for (const saved of session.queries) await visit.ask(() => visit.openQuery(saved));
    await visit.ask(() => visit.chooseRole(WIDE));
    assert.deepEqual(visit.complaints, []);
  });
}

function checkQueries() {
  for (const saved of session.queries) {
    check(`the saved query "${saved.title}" is put into the editor and answered`, async (visit) => {
      await visit.open();
      const other = session.queries.find((query) => query !== saved);
      await visit.ask(() => visit.openQuery(other));
      const now = await visit.ask(() => visit.openQuery(saved));
      assert.equal(now.query, saved.query);
      assert.deepEqual(now.pressed, [saved.title]);
      assertWell(now);
      const { data, errors } = parsed(now.answer);
      assert.equal(errors, undefined);
      assert.ok(Object.values(data).every(Boolean), "every field of the root has a value");
    });
  }

  check("the statistics show a figure without scrolling, however many missions they cover", async (visit) => {
    await visit.open();
    await visit.ask(() => visit.chooseRole(EVERYWHERE));
    const { answer } = await visit.ask(() => visit.openQuery(savedQueryAbout("statistics(")));
    assert.ok(parsed(answer).data.statistics.missions.length > 10);
    await visit.page.evaluate(() => {
      const lines = [...document.querySelectorAll(".result-window .CodeMirror-line")];
      lines.find((line) => /"count": \d+/.test(line.textContent))?.setAttribute("id", "figure");
    });
    await visit.assertInView("#figure");
  });

  check("an answer that is late is not shown under the next query", async (visit) => {
    await visit.open();
    const [first, next] = [savedQueryAbout("viewer {"), savedQueryAbout("statistics(")];
    const late = await visit.leave(() => visit.openQuery(first));
    await visit.seen();
    const asked = await visit.leave(() => visit.openQuery(next));
    await visit.arrive(late, { data: { viewer: { roles: [] } } });
    assert.equal((await visit.look()).state, "busy");
    await visit.ask(() => asked.continue());
    for (const { pressed, answer } of await visit.seen()) {
      assert.ok(pressed[0] !== next.title || !answer.includes("viewer"), `${pressed[0]}: ${answer}`);
    }
  });
}

// A query whose answer names the role that asked.
const namesIn = (answer) => parsed(answer)?.data?.viewer?.roles;

// Whatever was on the screen in any frame, no answer of one role stood under another one's name.
function assertOwnAnswers(seen) {
  assert.ok(seen.length > 1, "something was seen");
  for (const { role, answer, state, status } of seen) {
    assert.ok(!answer || namesIn(answer)?.[0] === role, `under ${role} stood: ${answer.slice(0, 200)}`);
    assert.ok(state !== "ok" || status.startsWith(`${role} ·`), `under ${role} stood: ${status}`);
  }
}

function checkRoles() {
  check("the switcher has every role, and each asks again and gets an answer of its own", async (visit) => {
    await visit.open();
    const labels = session.roles.map(({ label }) => label);
    assert.deepEqual(await visit.page.$$eval("#role option", (options) => options.map(({ text }) => text)), labels);
    await visit.ask(() => visit.openQuery(savedQueryAbout("viewer {")));
    await visit.seen();
    for (const { label, description } of [...session.roles.slice(1), session.roles[0]]) {
      const now = await visit.ask(() => visit.chooseRole(label));
      assert.deepEqual(namesIn(now.answer), [label]);
      assert.equal(now.description, description);
      assertWell(now);
    }
    assertOwnAnswers(await visit.seen());
  });

  check("a wider role sees what a narrower one does not, and the narrower one is told", async (visit) => {
    await visit.open();
    const cases = savedQueryAbout("familyName");
    await visit.ask(() => visit.chooseRole(NARROW));
    const narrow = await visit.ask(() => visit.openQuery(cases));
    const wide = await visit.ask(() => visit.chooseRole(WIDE));
    const again = await visit.ask(() => visit.chooseRole(NARROW));
    assert.equal(wide.query, narrow.query);
    const people = ({ answer }) => parsed(answer).data.cases.nodes.map(({ individual }) => individual);
    assert.ok(people(narrow).length > 0);
    assert.equal(people(wide).length, people(narrow).length);
    assert.ok(people(narrow).every(({ familyName }) => familyName === null));
    assert.ok(people(narrow).every(({ withheld }) => withheld.includes("familyName")));
    assert.ok(people(wide).some(({ familyName }) => familyName !== null));
    assert.ok(people(wide).every(({ withheld }) => !withheld.includes("familyName")));
    assert.ok(parsed(narrow.answer).extensions.withheld.includes("Individual.familyName"));
    assert.match(narrow.status, /\b\d+ withheld/);
    assert.deepEqual(people(again), people(narrow));
  });

  check("while a role waits for its answer, the earlier role's is gone and the bar says who asks", async (visit) => {
    await visit.open();
    await visit.ask(() => visit.openQuery(savedQueryAbout("viewer {")));
    await visit.seen();
    const asked = await visit.leave(() => visit.chooseRole(WIDE));
    await visit.frame();
    const waiting = await visit.look();
    assert.equal(waiting.answer, "");
    assert.equal(waiting.state, "busy");
    assert.match(waiting.status, new RegExp(`^Asking as ${WIDE}`));
    assertWell(await visit.ask(() => asked.continue()));
    assertOwnAnswers(await visit.seen());
  });

  for (const when of ["before", "after"]) {
    check(`an answer that is late, ${when} the next role asks, is not shown under that role`, async (visit) => {
      await visit.open();
      const viewer = await visit.ask(() => visit.openQuery(savedQueryAbout("viewer {")));
      await visit.seen();
      const late = await visit.leave(() => visit.run());
      const arrive = () => visit.arrive(late, parsed(viewer.answer));
      const asked = await visit.leave(async () => {
        await visit.chooseRole(WIDE);
        if (when === "before") await arrive();
      });
      if (when === "after") await arrive();
      const now = await visit.ask(() => asked.continue());
      assert.deepEqual(namesIn(now.answer), [WIDE]);
      assertOwnAnswers(await visit.seen());
    });
  }

  check("another tab does not keep the earlier role's answer", async (visit) => {
    await visit.open();
    await visit.ask(() => visit.openQuery(savedQueryAbout("viewer {")));
    await visit.page.click("[aria-label='Add tab']");
    await until("the new tab is there", async () => (await visit.look()).answer === "");
    await visit.ask(() => visit.chooseRole(WIDE));
    await visit.page.click(".graphiql-tab-button");
    await until("the first tab is there", async () => (await visit.look()).query.includes("viewer {"));
    await visit.frame();
    assert.equal((await visit.look()).answer, "");
  });
}

function checkFailures() {
  check("a syntax error is told with its place, and mended by the next query", async (visit) => {
    await visit.open();
    await visit.type(session.queries[0].query.replace(/}\s*$/, ""));
    assertTold(await visit.ask(() => visit.run()), /^The query was not run: expected .*\(line \d+, column \d+\)\.$/);
    assertWell(await visit.ask(() => visit.openQuery(session.queries[0])));
  });

  check("a field that does not exist is told", async (visit) => {
    await visit.open();
    await visit.type(session.queries[0].query.replace("totalCount", "nothingOfTheKind"));
    assertTold(await visit.ask(() => visit.run()), /^The query was not run: .*nothingOfTheKind/);
  });

  check("what policy forbids is told", async (visit) => {
    await visit.open();
    await visit.ask(() => visit.chooseRole("data_entry@UA"));
    const now = await visit.ask(() => visit.openQuery(savedQueryAbout("statistics(")));
    assert.equal(parsed(now.answer).errors[0].extensions.code, "FORBIDDEN");
    assertTold(now, /^data_entry@UA may not ask this: .*statistics/);
    assertWell(await visit.ask(() => visit.chooseRole(WIDE)));
  });

  check("a gateway that is gone is told, and work goes on when it is back", async (visit) => {
    await visit.open();
    await visit.page.setOfflineMode(true);
    await visit.run();
    const now = await visit.settle(({ problem }) => problem);
    assertTold(now, /^The server did not answer .*run the query again\.$/);
    assert.equal(parsed(now.answer).data, undefined);
    await visit.page.setOfflineMode(false);
    assertWell(await visit.ask(() => visit.run()));
  });

  check("a token that is refused is told", async (visit) => {
    await visit.open();
    // The gateway itself refuses it: one letter of the signature is another one.
    visit.route = (request) => {
      const { authorization, ...headers } = request.headers();
      const [, start, letter, end] = /^(.*\.[^.]*)([^.])([^.]{8})$/.exec(authorization);
      request.continue({ headers: { ...headers, authorization: start + (letter === "A" ? "B" : "A") + end } });
    };
    assertTold(await visit.ask(() => visit.run()), /^The server does not accept the token of .*load this page again/);
  });

  const answers = [
    [429, "RATE_LIMITED", /^Too many requests\. Wait 7 seconds, then run the query again\.$/],
    [503, "UNAVAILABLE", /^The server could not answer \(HTTP 503\)\. Wait 7 seconds, then run the query again\.$/],
  ];
  for (const [status, code, pattern] of answers) {
    check(`HTTP ${status} is told with the time to wait`, async (visit) => {
      await visit.open();
      const body = JSON.stringify({ errors: [{ message: "not now", extensions: { code } }] });
      visit.answerWith(status, { "Retry-After": "7" }, body);
      assertTold(await visit.ask(() => visit.run()), pattern);
      visit.route = null;
      assertWell(await visit.ask(() => visit.run()));
    });
  }

  check("what a proxy answers in the gateway's place is told", async (visit) => {
    await visit.open();
    visit.answerWith(502, {}, "<html>Bad gateway</html>");
    await visit.run();
    const now = await visit.settle(({ answer }) => answer.includes("Bad gateway"));
    assertTold(now, /^The server could not answer \(HTTP 502\)/);
  });

  check("a session that cannot be loaded is told", async (visit) => {
    visit.unavailable = "/browser/session.json";
    await visit.page.goto(address.href);
    const problem = await until("it is told", async () => (await visit.look()).problem);
    assert.match(problem, /^The demo session could not be loaded: HTTP 503\. Load this page again\.$/);
  });
}

function checkAccess() {
  check("everything in the bar has a role and a name for assistive technology", async (visit) => {
    await visit.open();
    await visit.ask(() => visit.chooseRole("data_entry@UA"));
    const { status, problem } = await visit.ask(() => visit.openQuery(savedQueryAbout("statistics(")));
    const tree = await visit.page.accessibility.snapshot({ interestingOnly: false });
    const nodes = flat(tree);
    const named = (role) => nodes.filter((node) => node.role === role);
    assert.deepEqual(
      named("combobox").map(({ name, value }) => [name, value]),
      [["Role", "data_entry@UA"]],
    );
    const group = named("group").find(({ name }) => name === "Saved queries");
    const buttons = flat(group).filter(({ role }) => role === "button");
    assert.deepEqual(
      buttons.map(({ name, pressed }) => [name, pressed]),
      session.queries.map(({ title, query }) => [title, query.includes("statistics(")]),
    );
    const said = (role) => named(role).map((node) => flat(node).map(({ name }) => name).join(" "));
    assert.ok(said("status").some((text) => text.includes(status)), "the status is announced");
    assert.ok(said("alert").some((text) => text.includes(problem)), "a problem is announced");
    assert.ok(named("button").some(({ name }) => name.startsWith("Execute query")), "the button that runs a query");
    assert.deepEqual(named("button").filter(({ name }) => !name), []);
    const written = named("textbox").map(({ name }) => name);
    assert.deepEqual(written.filter((name) => name !== "Answer").sort(), ["Query", "Variables"], "each field has a name");
  });

  check("the Tab key leaves every editor, forwards and backwards", async (visit) => {
    const { page } = visit;
    await visit.open();
    const press = async (key, shift) => {
      if (shift) await page.keyboard.down("Shift");
      await page.keyboard.press(key);
      if (shift) await page.keyboard.up("Shift");
    };
    const shown = [".graphiql-query-editor", ".graphiql-editor-tool .graphiql-editor:not(.hidden)", ".result-window"];
    const editors = shown.map((place) => `${place} .CodeMirror`);
    await page.click(".graphiql-editor-tools button");
    for (const selector of editors) {
      for (const backwards of [false, true]) {
        await page.click(selector);
        const inside = () => page.evaluate((editor) => Boolean(document.activeElement.closest(editor)), selector);
        assert.ok(await inside(), `${selector} is clicked into`);
        for (let stop = 0; stop < 3 && (await inside()); stop += 1) await press("Tab", backwards);
        assert.ok(!(await inside()), `${selector} keeps the focus${backwards ? ", backwards" : ""}`);
      }
    }
    assert.equal((await visit.look()).query, session.queries[0].query, "nothing was written");
  });

  for (const scheme of ["light", "dark"]) {
    check(`axe finds nothing serious, ${scheme}`, async (visit) => {
      const { page } = visit;
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await visit.open();
      const ground = await page.$eval(".graphiql-container", (element) => getComputedStyle(element).backgroundColor);
      const [lightness] = ground.match(/\d+/g).map(Number);
      assert.equal(lightness > 128 ? "light" : "dark", scheme, `the ground is ${ground}`);
      assert.deepEqual(await visit.barriers(), [], "as it opens");
      await visit.ask(() => visit.chooseRole("data_entry@UA"));
      await visit.ask(() => visit.openQuery(savedQueryAbout("statistics(")));
      assert.deepEqual(await visit.barriers(), [], "with a problem");
      for (const button of ["Documentation Explorer", "History", "short keys dialog"]) {
        await page.click(`button[aria-label$='${button}']`);
        await visit.frame();
        assert.deepEqual(await visit.barriers(), [], button);
      }
    });
  }

  check("the bar is worked by keyboard", async (visit) => {
    const { page } = visit;
    await visit.open();
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.innerText);
    const stops = [];
    for (let stop = 0; stop <= session.queries.length; stop += 1) {
      await page.keyboard.press("Tab");
      stops.push(await focused());
    }
    assert.deepEqual(stops, ["role", ...session.queries.map(({ title }) => title)]);
    const last = session.queries.at(-1);
    assert.equal((await visit.ask(() => page.keyboard.press("Enter"))).query, last.query);
    for (const _ of session.queries) {
      await page.keyboard.down("Shift");
      await page.keyboard.press("Tab");
      await page.keyboard.up("Shift");
    }
    assert.equal(await focused(), "role");
    const now = await visit.ask(() => page.keyboard.press("ArrowDown"));
    assert.equal(now.role, session.roles[1].label);
    assert.ok(now.status.startsWith(now.role));
  });

  const narrow = { width: 400, height: 800 };
  const usable = async (visit) => {
    await visit.open();
    const now = await visit.ask(() => visit.chooseRole(WIDE));
    assertWell(now);
    for (const selector of ["#role", "#status", "#queries button", ".graphiql-execute-button", ".result-window"]) {
      await visit.assertInView(selector);
    }
    const { width, height } = await (await visit.page.$(".result-window")).boundingBox();
    assert.ok(width >= 120 && height >= 200, `the answer has ${width} × ${height} pixels`);
    const [needed, given] = await visit.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(needed <= given, `the page needs ${needed} pixels`);
  };
  check("a window 400 pixels wide shows the switcher and the answer", usable, narrow);
}

function flat(node) {
  return node ? [node, ...(node.children ?? []).flatMap(flat)] : [];
}

// ---- the run -------------------------------------------------------------------------------------------------------

// The program that CHROMIUM names, or the first of the usual names that is in PATH.
function findChromium() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const inPath = (name) => folders.map((folder) => join(folder, name));
  const { CHROMIUM } = process.env;
  const candidates = CHROMIUM ? [CHROMIUM] : ["chromium", "chromium-browser", "google-chrome"].flatMap(inPath);
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function passes(browser, { name, run, viewport }) {
  let visit;
  try {
    visit = await Visit.begin(browser, viewport);
    await run(visit);
    assert.deepEqual(await visit.allFaults(), []);
    console.log(`ok: ${name}`);
    return true;
  } catch (error) {
    const { role, status, problem } = (await visit?.look().catch(() => null)) ?? {};
    const why = `${error.message} (in the bar: ${role} | ${status} | ${problem})`;
    console.log(`failed: ${name}: ${why.replace(/\s+/g, " ")}`);
    return false;
  } finally {
    await visit?.page.close();
  }
}

const [url] = process.argv.slice(2);
if (!url) {
  console.error("usage: node page.mjs URL");
  process.exit(2);
}
const address = new URL(url);
const executablePath = findChromium();
if (!executablePath) {
  console.error("no Chromium in PATH: install it, or give its path in the variable CHROMIUM");
  process.exit(3);
}
const session = await (await fetch(new URL("/browser/session.json", address))).json();
checkOpening();
checkQueries();
checkRoles();
checkFailures();
checkAccess();

// By a pipe, so that the browser ends when this process does, however that may be. Chromium has no sandbox for root.
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await puppeteer.launch({ executablePath, args, pipe: true });
let failed = 0;
for (const one of checks) {
  if (!(await passes(browser, one))) failed += 1;
}
await browser.close();
console.log(`checks: ${checks.length}, failed: ${failed}`);
process.exitCode = failed === 0 ? 0 : 1;
