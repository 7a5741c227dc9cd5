// The demo page: GraphiQL below a bar that chooses the role and the query. The tokens come from session.json, which only
// demo mode serves, and stay in this page's memory.
(function () {
  "use strict";

  const { createElement, useEffect, useRef } = React;
  const { useEditorContext, useExecutionContext, useSchemaContext } = GraphiQL.React;
  const element = (id) => document.getElementById(id);
  const bar = { role: element("role"), description: element("description"), queries: element("queries") };

  let role = null; // the chosen entry of session.roles
  let editor = null; // what GraphiQL lets us do, set by Bridge
  const underway = { introspection: null, operation: null }; // the last of each that was asked: how to give it up

  function showStatus(kind, text) {
    element("status").className = kind;
    element("status").textContent = text;
  }

  function showProblem(text) {
    element("problem").textContent = text;
    element("problem").hidden = !text;
  }

  // GraphiQL calls this for every operation. Its own introspection is quiet unless it fails.
  async function fetcher(operation, options) {
    const quiet = operation.operationName === "IntrospectionQuery";
    const asked = role;
    const { signal } = giveUp(quiet ? "introspection" : "operation");
    const started = performance.now();
    if (!quiet) {
      showStatus("busy", "Asking as " + asked.label + " …");
      showProblem("");
    }
    try {
      const response = await fetch("/graphql", {
        method: "POST",
        headers: {
          ...(options && options.headers),
          Accept: "application/graphql-response+json, application/json;q=0.9",
          Authorization: "Bearer " + asked.token,
          "Content-Type": "application/json",
        },
        body: JSON.stringify(operation),
        signal,
      });
      const answer = await readAnswer(response);
      const took = Math.round(performance.now() - started) + " ms";
      if (!quiet || !response.ok) showOutcome(asked, response, answer, took);
      return answer;
    } catch (error) {
      if (signal.aborted) return new Promise(() => {}); // GraphiQL would show whatever it is given
      showStatus("failed", "No answer");
      showProblem("The server did not answer (" + error.message + "). Is it still running? Then run the query again.");
      return { errors: [{ message: "No answer from the server: " + error.message }] };
    }
  }

  // Ends what is under way: its answer must not appear under what was asked after it, or under another role's name.
  function giveUp(kind) {
    if (underway[kind]) underway[kind].abort();
    underway[kind] = new AbortController();
    return underway[kind];
  }

  // What is not JSON came from something else than Causeway, such as a proxy; show it as it is.
  async function readAnswer(response) {
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      return { errors: [{ message: "HTTP " + response.status + ", and not JSON: " + text.slice(0, 500) }] };
    }
  }

  function showOutcome(asked, response, answer, took) {
    const errors = (answer.errors || []).length;
    const withheld = ((answer.extensions || {}).withheld || []).length;
    const notes = ["HTTP " + response.status, took];
    if (errors) notes.push(errors === 1 ? "1 error" : errors + " errors");
    if (withheld) notes.push(withheld + " withheld");
    showStatus(response.ok && !errors ? "ok" : "failed", asked.label + " · " + notes.join(" · "));
    showProblem(problemOf(response, asked, answer));
  }

  // A sentence for people. Of several errors it tells the first; all of them are in the answer.
  function problemOf(response, asked, answer) {
    if (response.status === 401) {
      return "The server does not accept the token of " + asked.label + ". It may have expired: load this page again.";
    }
    if (response.status === 429) return "Too many requests. " + retry(response);
    if (response.status >= 500) return "The server could not answer (HTTP " + response.status + "). " + retry(response);
    const [error] = answer.errors || [];
    if (!error) return "";
    if ((error.extensions || {}).code === "FORBIDDEN") return asked.label + " may not ask this: " + messageOf(error);
    return (response.ok ? "A part of the query failed: " : "The query was not run: ") + messageOf(error);
  }

  function retry(response) {
    const seconds = Number(response.headers.get("Retry-After"));
    return "Wait " + (seconds > 1 ? seconds + " seconds" : "a moment") + ", then run the query again.";
  }

  // A syntax error comes with a drawing of several lines. Its last line says what is wrong, and `locations` where.
  function messageOf(error) {
    const message = error.message.split("\n").pop().replace(/^[\s=]+|\.$/g, "");
    const [place] = error.locations || [];
    return message + (place && place.line ? " (line " + place.line + ", column " + place.column + ")." : ".");
  }

  // Lives inside GraphiQL, where its hooks work, and hands its newest state out.
  function Bridge() {
    const editors = useEditorContext({ nonNull: true });
    const execution = useExecutionContext({ nonNull: true });
    const schema = useSchemaContext({ nonNull: true });
    const started = useRef(false);
    editor = { editors, execution, schema };
    useEffect(() => {
      makeAccessible(editors);
      if (started.current || !editors.queryEditor || !editors.variableEditor || !editors.responseEditor) return;
      started.current = true;
      bar.role.disabled = false;
      for (const button of bar.queries.children) button.disabled = false;
      runSoon();
    });
    return null;
  }

  // CodeMirror's fields have no names, keep whoever tabs through the page, and scroll by the mouse alone.
  const fields = { queryEditor: "Query", variableEditor: "Variables", headerEditor: "Headers", responseEditor: "Answer" };
  function makeAccessible(editors) {
    for (const [field, name] of Object.entries(fields)) {
      const editor = editors[field];
      if (!editor || editor.getOption("screenReaderLabel") === name) continue;
      editor.setOption("screenReaderLabel", name);
      editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
      const text = editor.getScrollerElement();
      text.tabIndex = 0;
      text.setAttribute("role", "group");
      text.setAttribute("aria-label", name + ", text");
      // Nothing is written into an answer: one stop is enough.
      if (editor.getOption("readOnly")) editor.setOption("tabindex", -1);
    }
  }

  // GraphiQL names each entry of its history "Set active", whatever it says.
  function nameHistory() {
    for (const entry of document.querySelectorAll(".graphiql-history-item-label[aria-label]")) {
      entry.removeAttribute("aria-label");
    }
  }

  // GraphiQL learns an edited operation's name a tenth of a second later, and an operation under way must stop first.
  function runSoon() {
    giveUp("operation");
    editor.editors.responseEditor.setValue("");
    showStatus("", "");
    showProblem("");
    if (editor.execution.isFetching) editor.execution.stop();
    setTimeout(() => editor.execution.run(), 200);
  }

  function chooseRole(chosen) {
    role = chosen;
    bar.description.textContent = chosen.description;
  }

  function switchRole(session) {
    chooseRole(session.roles[bar.role.selectedIndex]);
    // GraphiQL keeps an answer for each of its tabs; they were another role's.
    for (const tab of editor.editors.tabs) tab.response = null;
    editor.schema.introspect();
    runSoon();
  }

  function openQuery(saved) {
    editor.editors.queryEditor.setValue(saved.query);
    editor.editors.variableEditor.setValue(variablesText(saved));
    markQuery(saved);
    runSoon();
  }

  function markQuery(saved) {
    for (const button of bar.queries.children) {
      button.setAttribute("aria-pressed", String(button.textContent === saved.title));
    }
  }

  function variablesText(saved) {
    return saved.variables ? JSON.stringify(saved.variables, null, 2) : "";
  }

  function fillBar(session) {
    for (const entry of session.roles) bar.role.add(new Option(entry.label));
    bar.role.addEventListener("change", () => switchRole(session));
    for (const saved of session.queries) {
      const button = document.createElement("button");
      button.type = "button";
      button.disabled = true;
      button.textContent = saved.title;
      button.addEventListener("click", () => openQuery(saved));
      bar.queries.append(button);
    }
  }

  // GraphiQL would keep tabs in the browser's storage. Here every visit starts fresh, and leaves nothing behind.
  function memoryStorage() {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
      clear: () => kept.clear(),
      get length() {
        return kept.size;
      },
    };
  }

  function start(session) {
    if (!session.roles.length) throw new Error("the demo has no roles");
    fillBar(session);
    chooseRole(session.roles[0]);
    const first = session.queries[0] || { title: "", query: "{ __typename }" };
    markQuery(first);
    const graphiql = createElement(
      GraphiQL,
      {
        fetcher,
        storage: memoryStorage(),
        defaultTabs: [{ query: first.query, variables: variablesText(first) }],
        defaultEditorToolsVisibility: first.variables ? "variables" : false,
        forcedTheme: "system",
        shouldPersistHeaders: false,
      },
      createElement(GraphiQL.Logo, null, createElement("span", null)),
      createElement(GraphiQL.Footer, null, createElement(Bridge)),
    );
    new MutationObserver(nameHistory).observe(element("graphiql"), { childList: true, subtree: true });
    ReactDOM.createRoot(element("graphiql")).render(graphiql);
  }

  async function load() {
    try {
      const response = await fetch("/browser/session.json", { cache: "no-store" });
      if (!response.ok) throw new Error("HTTP " + response.status);
      start(await response.json());
    } catch (error) {
      showProblem("The demo session could not be loaded: " + error.message + ". Load this page again.");
    }
  }

  load();
})();
