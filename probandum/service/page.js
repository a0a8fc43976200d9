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
  const headers = { "Content-Type": body instanceof Blob ? "application/octet-stream" : "application/json" };
  if ($("key").value) headers.Authorization = "Bearer " + $("key").value;
  const sent = body instanceof Blob ? body : JSON.stringify(body);
  const how = body === undefined ? { headers, signal } : { method: "POST", headers, signal, body: sent };
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
  $("downloads").hidden = false;
  $("queue").hidden = true;
  $("progress").hidden = true;
  say("Done: " + words(report.outcome) + ".");
  guarded(async () => {
    $("report").src = await shownAt();
    $("report").hidden = false;
    await listMine();
  })({});
}

async function shownAt() {
  return (await (await call("/probandum/audits/" + audit.id + "/show", {})).json()).url;
}

function heard(event) {
  if (event.kind === "error") throw new Error(event.value.message || event.value.error || "the audit broke off");
  if (event.kind === "metadata" && event.value.run_id) audit.run = event.value.run_id;
  if (event.kind === "values" && event.value.report) { audit.report = event.value.report; finished(audit.report); }
  if (event.kind !== "custom") return;
  const told = event.value;
  if (told.event === "extracted") { $("result").hidden = false; audit.claims = told.claims; $("progress").hidden = false; $("progress").max = told.claims || 1; $("progress").value = 0; say(told.claims + " claims found; checking them …"); }
  if (told.event === "settled") {
    show(told.claim, told.text, told.label || told.outcome);
    $("progress").value = $("claims").children.length;
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

function choice(name, options, place) {
  const group = node("div", undefined, "choices");
  group.setAttribute("role", "radiogroup");
  group.setAttribute("aria-label", words(name));
  options.forEach((each, at) => {
    const label = node("label", undefined, "pill");
    const input = node("input");
    Object.assign(input, { type: "radio", name: name + "-" + place, value: each });
    label.append(input, node("span", (name === "label" ? at + 1 + " " : "") + words(each)));
    group.append(label);
  });
  return group;
}

function sentence(text) {
  const button = node("button", text, "sentence");
  button.type = "button";
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")));
  return button;
}

function question(open, place) {
  const field = node("fieldset");
  field.dataset.id = open.claim.id;
  field.tabIndex = -1;
  const asked = node("div", undefined, "asked");
  const types = choice("error", ERRORS, place);
  const whys = choice("why", WHY, place);
  types.hidden = whys.hidden = true;
  const labels = choice("label", LABELS, place);
  labels.addEventListener("change", () => {
    const label = chosen(field, "label");
    types.hidden = !["contradicted", "partially_supported"].includes(label);
    whys.hidden = label !== "unevaluatable";
  });
  asked.append(labels, types, whys);
  const evidence = open.evidence.map((item) => {
    const quote = node("blockquote");
    quote.append(node("cite", item.source), ...(item.text.match(/[^.!?\n]+[.!?]*["”’)]*\s*|\s+/g) || [item.text]).filter((each) => each.trim()).map((each) => sentence(each.trim())));
    return quote;
  });
  field.append(node("legend", open.claim.text), node("p", open.reason, "soft"), asked, ...evidence);
  return field;
}

const chosen = (field, name) => field.querySelector('input[name^="' + name + '-"]:checked')?.value || "";

function decisions() {
  return [...$("waiting").children].filter((field) => chosen(field, "label")).map((field) => ({
    claim: field.dataset.id,
    label: chosen(field, "label"),
    error_types: ["contradicted", "partially_supported"].includes(chosen(field, "label")) && chosen(field, "error") ? [chosen(field, "error")] : [],
    why: chosen(field, "label") === "unevaluatable" ? chosen(field, "why") || null : null,
    quotes: [...field.querySelectorAll('.sentence[aria-pressed="true"]')].map((each) => each.textContent),
  }));
}

function keyed(event) {
  const fields = [...$("waiting").children];
  if ($("queue").hidden || !fields.length || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input[type=text], input[type=search], input[type=password], textarea, select, #question")) return;
  const here = fields.indexOf(document.activeElement?.closest("#waiting fieldset"));
  if (event.key === "j" || event.key === "k") fields[Math.min(Math.max(here + (event.key === "j" ? 1 : -1), 0), fields.length - 1)].focus();
  const label = LABELS[Number(event.key) - 1];
  if (label && here >= 0) {
    const input = fields[here].querySelector('input[name^="label-"][value="' + label + '"]');
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
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
  for (const part of ["result", "queue", "downloads", "report", "progress"]) $(part).hidden = true;
  $("claims").replaceChildren();
  $("headline").textContent = "Claims";
  const pasted = $("context").value.trim() ? [{ text: $("context").value }] : [];
  const input = { audit_id: id, response: $("response").value, question: $("question").value || null, context: [...pasted, ...documents] };
  say("Reading the answer …");
  await run({ input, context: { review: $("wants-review").checked, ...($("judge").value ? { judge: $("judge").value } : {}) } });
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

async function taken(files, take) {
  for (const file of files) {
    say("Reading " + file.name + " …");
    const read = await (await call("/probandum/read?name=" + encodeURIComponent(file.name), file)).json();
    take(read.source, read.text);
    say("");
  }
}

function drops(area, picker, take) {
  area.addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("over"); });
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", guarded(async (event) => {
    event.preventDefault();
    area.classList.remove("over");
    await taken(event.dataTransfer.files, take);
  }));
  picker.addEventListener("change", guarded(async () => {
    const files = [...picker.files];
    picker.value = "";
    await taken(files, take);
  }));
}

async function listMine() {
  const sought = $("search").value.trim();
  const { audits } = await (await call("/probandum/audits?search=" + encodeURIComponent(sought))).json();
  $("mine").replaceChildren(...audits.map((each) => {
    const item = node("li");
    const button = node("button", each.response.slice(0, 90), "kept");
    button.type = "button";
    button.append(node("small", words(each.state) + ", " + new Date(each.at).toLocaleString()));
    button.addEventListener("click", guarded(() => reopen(each)));
    item.append(button);
    return item;
  }));
  $("none").hidden = audits.length > 0;
}

async function reopen(kept) {
  const { thread_id: thread } = await (await call("/probandum/audits/" + encodeURIComponent(kept.audit_id))).json();
  await call("/threads", { thread_id: thread, metadata: { audit_id: kept.audit_id }, if_exists: "do_nothing" });
  audit = { id: kept.audit_id, thread, assistant: $("assistant").value, claims: kept.claims || 0, report: null };
  for (const part of ["queue", "downloads", "report", "progress"]) $(part).hidden = true;
  $("claims").replaceChildren();
  $("result").hidden = false;
  $("response").value = kept.response;
  if (kept.state === "finished") {
    audit.report = await (await call("/probandum/audits/" + encodeURIComponent(audit.id) + "/report.json")).json();
    finished(audit.report);
  } else if (kept.state === "waiting") await review();
  else say("This audit was stopped; check the same answer again to go on.", true);
}

async function download(kind) {
  const path = kind === "html" ? await shownAt() : "/probandum/audits/" + encodeURIComponent(audit.id) + "/report." + kind;
  const link = node("a");
  link.href = URL.createObjectURL(await (await call(path)).blob());
  link.download = "report." + kind;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function judges() {
  const { judges: offered } = await (await call("/probandum/judges")).json();
  $("judge").replaceChildren(...offered.map((each) => { const option = node("option", each); option.value = each; return option; }));
  $("judge-field").hidden = offered.length < 2;
}

async function known() {
  await judges();
  await listMine();
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
  opened.location = await shownAt();
}));
for (const button of $("downloads").querySelectorAll("[data-kind]")) button.addEventListener("click", guarded(() => download(button.dataset.kind)));
drops($("answer-drop"), $("answer-file"), (_, text) => { $("response").value = text; });
drops($("source-drop"), $("source-files"), (source, text) => { documents.push({ source, text }); listed(); });
document.addEventListener("keydown", keyed);
let pause = 0;
$("search").addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(guarded(listMine), 250, {}); });
$("key").addEventListener("change", guarded(known));
known().catch(() => { /* a key is needed first; the form says so when it is used */ });
