"use strict";
// Everything that comes from an answer, a document or the server is put in as text, never as markup.
const LABELS = ["supported", "contradicted", "partially_supported", "absent", "unevaluatable"];
const ERRORS = ["number", "entity", "false_concatenation", "attribution_failure", "overgeneralization", "reasoning_error", "hyperbole", "temporal", "context_based_meaning", "other"];
const WHY = ["vague", "unresolved_reference", "undecidable", "conflicting_evidence"];
const $ = (id) => document.getElementById(id);
const documents = [];
let audit = null;
let halt = null;

function node(tag, text, name) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (name) made.className = name;
  return made;
}
const words = (name) => String(name).replaceAll("_", " ");

function say(text, wrong = false) {
  $("status").textContent = text;
  $("status").className = wrong ? "wrong" : "";
}

async function call(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  if ($("key").value) headers.Authorization = "Bearer " + $("key").value;
  const how = body === undefined ? { headers, signal } : { method: "POST", headers, signal, body: JSON.stringify(body) };
  const answer = await fetch(path, how);
  if (answer.ok) return answer;
  const told = await answer.text();
  let detail = told;
  try { detail = JSON.parse(told).detail ?? told; } catch { /* plain text says it as it is */ }
  throw new Error(typeof detail === "string" ? detail : JSON.stringify(detail));
}

async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    held += value.replaceAll("\r", "");
    for (let end; (end = held.indexOf("\n\n")) >= 0; held = held.slice(end + 2)) {
      const block = held.slice(0, end).split("\n");
      const kind = block.find((line) => line.startsWith("event:"))?.slice(6).trim();
      const lines = block.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
      if (kind && lines.length) yield { kind: kind.split("|")[0], value: JSON.parse(lines.join("\n")) };
    }
  }
}

function show(id, text, kind) {
  let item = [...$("claims").children].find((each) => each.dataset.id === id);
  if (!item) {
    item = node("li");
    item.dataset.id = id;
    item.append(node("span", text), node("span", "", "label"));
    $("claims").append(item);
  }
  item.className = "claim " + kind;
  item.lastChild.textContent = words(kind);
}

function finished(report) {
  for (const claim of report.claims) show(claim.id, claim.text, claim.verdict ? claim.verdict.label : claim.outcome);
  const rate = report.scores.hallucination_rate;
  $("headline").textContent = rate === null || rate === undefined
    ? "No claim was judged"
    : Math.round(rate * 100) + "% of " + report.scores.judged + " judged claims are not supported";
  $("open").hidden = false;
  $("queue").hidden = true;
  say("Done: " + words(report.outcome) + ".");
}

function heard(event) {
  if (event.kind === "error") throw new Error(event.value.message || event.value.error || "the audit broke off");
  if (event.kind === "metadata" && event.value.run_id) audit.run = event.value.run_id;
  if (event.kind === "values" && event.value.report) { audit.report = event.value.report; finished(audit.report); }
  if (event.kind !== "custom") return;
  const told = event.value;
  if (told.event === "extracted") { $("result").hidden = false; audit.claims = told.claims; say(told.claims + " claims found; checking them …"); }
  if (told.event === "settled") {
    show(told.claim, told.text, told.label || told.outcome);
    say($("claims").children.length + " of " + audit.claims + " claims checked");
  }
}

async function run(body) {
  halt = new AbortController();
  $("stop").hidden = false;
  $("start").disabled = true;
  try {
    const path = "/threads/" + audit.thread + "/runs/stream";
    const answer = await call(path, { stream_mode: ["custom", "values"], stream_subgraphs: true, assistant_id: audit.assistant, ...body }, halt.signal);
    for await (const event of events(answer)) heard(event);
    if (!audit.report) await review();
  } finally {
    $("stop").hidden = true;
    $("start").disabled = false;
  }
}

async function review() {
  const state = await (await call("/threads/" + audit.thread + "/state")).json();
  const asked = (state.interrupts || state.tasks.flatMap((task) => task.interrupts || []))[0];
  if (!asked) { say("The audit stopped before its report.", true); return; }
  audit.interrupt = asked.id || asked.interrupt_id;
  $("waiting").replaceChildren(...asked.value.claims.map(question));
  $("queue").hidden = false;
  say(asked.value.claims.length + " claims wait for you.");
}

function choice(name, options) {
  const label = node("label", words(name) + " ");
  const select = node("select");
  select.name = name;
  for (const each of ["", ...options]) { const option = node("option", words(each)); option.value = each; select.append(option); }
  label.append(select);
  return label;
}

function question(open) {
  const field = node("fieldset");
  field.dataset.id = open.claim.id;
  field.append(node("legend", open.claim.text), node("p", open.reason));
  const row = node("div", undefined, "row");
  const quote = node("label", "words of the evidence ");
  const input = node("input");
  input.name = "quote";
  quote.append(input);
  row.append(choice("label", LABELS), choice("error", ERRORS), choice("why", WHY), quote);
  field.append(row, ...open.evidence.map((item) => node("blockquote", item.text)));
  return field;
}

function decisions() {
  const read = (field, name) => field.querySelector("[name=" + name + "]").value;
  return [...$("waiting").children].filter((field) => read(field, "label")).map((field) => ({
    claim: field.dataset.id,
    label: read(field, "label"),
    error_types: read(field, "error") ? [read(field, "error")] : [],
    why: read(field, "why") || null,
    quotes: read(field, "quote") ? [read(field, "quote")] : [],
  }));
}

async function settle(finish) {
  const given = { decisions: decisions(), finish };
  await call("/probandum/audits/" + audit.id + "/check", given);
  await run({ command: { resume: { [audit.interrupt]: given } } });
}

async function start() {
  const id = crypto.randomUUID ? crypto.randomUUID() : Date.now().toString(36) + Math.random().toString(36).slice(2);
  const { thread_id: thread } = await (await call("/probandum/audits/" + id)).json();
  await call("/threads", { thread_id: thread, metadata: { audit_id: id } });
  audit = { id, thread, assistant: $("assistant").value, claims: 0, report: null };
  for (const part of ["result", "queue"]) $(part).hidden = true;
  $("open").hidden = true;
  $("claims").replaceChildren();
  $("headline").textContent = "Claims";
  const pasted = $("context").value.trim() ? [{ text: $("context").value }] : [];
  const input = { audit_id: id, response: $("response").value, question: $("question").value || null, context: [...pasted, ...documents] };
  say("Reading the answer …");
  await run({ input, context: { review: $("wants-review").checked } });
}

function listed() {
  $("files").replaceChildren(...documents.map((each, place) => {
    const item = node("li", each.source + " ");
    const away = node("button", "remove");
    away.type = "button";
    away.addEventListener("click", () => { documents.splice(place, 1); listed(); });
    item.append(away);
    return item;
  }));
}

function drops(area, take) {
  area.addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("over"); });
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", guarded(async (event) => {
    event.preventDefault();
    area.classList.remove("over");
    for (const file of event.dataTransfer.files) {
      const text = await file.text();
      if (text.includes("\u0000") || text.includes("\ufffd")) throw new Error(file.name + " is no text; give its text");
      take(file.name, text);
    }
  }));
}

function guarded(act) {
  return async (event) => {
    if (event.type === "submit") event.preventDefault();
    try { await act(event); } catch (error) {
      say(error.name === "AbortError" ? "Stopped." : error.message, error.name !== "AbortError");
    }
  };
}

$("ask").addEventListener("submit", guarded(start));
$("settle").addEventListener("click", guarded(() => settle(false)));
$("finish").addEventListener("click", guarded(() => settle(true)));
$("stop").addEventListener("click", guarded(async () => {
  if (audit?.run) await call("/threads/" + audit.thread + "/runs/" + audit.run + "/cancel", {});
  halt?.abort();
}));
$("open").addEventListener("click", guarded(async () => {
  const opened = window.open("about:blank");
  const { url } = await (await call("/probandum/audits/" + audit.id + "/show", {})).json();
  opened.location = url;
}));
drops($("response"), (_, text) => { $("response").value = text; });
drops($("context"), (source, text) => { documents.push({ source, text }); listed(); });
