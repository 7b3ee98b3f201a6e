/* Entering a class by keyboard: arrows move, digits set the level, each cell saves by itself.
   Without this file the same page is a plain form. The server decides everything: a cell is what it answers with. */

import { say } from "./throughline.js";

const form = document.getElementById("entry-form");
const table = document.getElementById("grid");
const keys = document.getElementById("entry-keys");
const status = document.getElementById("entry-status");
const undoButton = document.getElementById("entry-undo");
const sheet = matchMedia("(max-width: 47.99rem)"); // levels under the thumb
const ZERO = "00000000-0000-0000-0000-000000000000";
const DOUBLE_TAP = 350;

const levels = [...keys.querySelectorAll("[data-value]")].map((b) => b.dataset.value).filter((v) => !Number.isNaN(Number(v)));
const top = Number(levels.at(-1));
const states = new Map(); // student -> what is on its way, and what could not be saved
const undone = []; // what to go back to, last first
let current = null; // student whose cell the panel stands at
let advancedAt = 0;

const rows = () => [...table.tBodies[0].rows];
const entry = (row) => row?.querySelector("td.entry");
const cellOf = (student) => table.querySelector(`td.entry[data-student="${student}"]`);
const buttonOf = (td) => td?.querySelector(".entry-cell");
const stateOf = (student) => states.get(student) ?? states.set(student, { sending: false, wanted: null, failed: null }).get(student);
const shownValue = (td) => stateOf(td.dataset.student).wanted?.value ?? stateOf(td.dataset.student).failed?.value ?? td.dataset.value;

/* ------------------------------------------------------------------ taking over from the plain form */
for (const td of table.querySelectorAll("td.entry")) {
  td.querySelectorAll("select, input").forEach((one) => one.remove());
  buttonOf(td).hidden = false;
}
undoButton.hidden = false;
form.querySelector(".entry-hint").hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
table.setAttribute("role", "grid");
document.getElementById("entry-competency").addEventListener("change", (event) => event.target.form.requestSubmit());

/* one tab stop for the whole grid */
const stops = (row) => [...row.cells].map((cell) => cell.querySelector("a, .entry-cell")).filter(Boolean);
for (const row of rows()) for (const stop of stops(row)) stop.tabIndex = -1;
let stop = buttonOf(rows().map(entry).find((td) => td && !("saved" in td.dataset)) ?? entry(rows()[0]));
if (stop) stop.tabIndex = 0;

function land(target) {
  if (!target) return;
  if (stop?.isConnected) stop.tabIndex = -1;
  stop = target;
  stop.tabIndex = 0;
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: sheet.matches ? "center" : "nearest", inline: "nearest" });
}

/* ------------------------------------------------------------------ the panel of levels */
function open(td) {
  current = td.dataset.student;
  keys.hidden = false;
  keys.querySelector("[data-who]").textContent = td.dataset.name;
  const value = shownValue(td);
  const half = value && Number(value) % 1 !== 0;
  for (const button of keys.querySelectorAll("[data-value]")) {
    const mine = button.dataset.value === value || (half && Number(button.dataset.value) === Math.floor(Number(value)));
    if (button.dataset.value !== "clear") button.setAttribute("aria-pressed", String(mine));
  }
  const step = keys.querySelector("[data-half]");
  step.setAttribute("aria-pressed", String(Boolean(half)));
  step.disabled = !value || Number.isNaN(Number(value)) || (!half && Number(value) >= top);
  keys.querySelector('[data-value="clear"]').disabled = !value;
  const link = keys.querySelector("[data-piece]");
  link.hidden = !td.dataset.piece;
  link.href = link.href.replace(/[0-9a-f-]{36}$/, td.dataset.piece || ZERO);
  const next = keys.querySelector("[data-next]");
  next.hidden = !td.dataset.piece;
  next.href = next.href.replace(/(students\/)[0-9a-f-]{36}/, `$1${td.dataset.student}`);
  for (const other of table.querySelectorAll(".entering")) other.classList.remove("entering");
  td.classList.add("entering");
  place(td);
}

/** Put the panel beside the cell, or under it where there is no room, and keep it inside the window. */
function place(td) {
  keys.style.insetBlockStart = keys.style.insetInlineStart = "";
  if (sheet.matches || td.dataset.state === "conflict") return;
  const frame = keys.parentElement.getBoundingClientRect();
  const box = td.getBoundingClientRect();
  const rtl = getComputedStyle(table).direction === "rtl";
  const start = rtl ? frame.right - box.right : box.left - frame.left;
  const isBeside = frame.width - start - box.width > keys.offsetWidth + 16;
  const across = isBeside ? start + box.width + 10 : Math.min(start, frame.width - keys.offsetWidth - 4);
  const lowest = innerHeight - keys.offsetHeight - 8;
  const down = isBeside ? Math.max(8, Math.min(box.top - 8, lowest)) : box.bottom + 8 <= lowest ? box.bottom + 8 : box.top - keys.offsetHeight - 8;
  keys.style.insetInlineStart = `${Math.max(0, across)}px`;
  keys.style.insetBlockStart = `${down - frame.top}px`;
}

function close() {
  keys.hidden = true;
  table.querySelector(".entering")?.classList.remove("entering");
  current = null;
}

table.addEventListener("focusin", (event) => {
  const target = event.target.closest("a, .entry-cell");
  // links of the heads keep their own tab stops: they must not take the one of the cells
  if (target?.closest("tbody") && target !== stop && stops(target.closest("tr")).includes(target)) {
    if (stop?.isConnected) stop.tabIndex = -1;
    stop = target;
    stop.tabIndex = 0;
  }
  const td = event.target.closest("td.entry");
  if (td && event.target.matches(".entry-cell") && td.dataset.state !== "conflict") open(td);
  else if (!event.target.closest(".entry-conflict")) close();
});
document.addEventListener("focusout", (event) => {
  if (!event.target.closest?.("#grid, #entry-keys")) return;
  const next = event.relatedTarget;
  if (next && !next.closest("#grid, #entry-keys")) close();
});
document.addEventListener("pointerdown", (event) => {
  if (!keys.hidden && !event.target.closest("#grid, #entry-keys, .entry-bar")) close();
});
addEventListener("resize", () => current && place(cellOf(current)));

/* ------------------------------------------------------------------ saving */
/** Say what one saw of a student's work: a level, "seen" or "clear". */
function set(student, value, { undoing = false } = {}) {
  const state = stateOf(student);
  const td = cellOf(student);
  if (!td || (value === "clear" && !shownValue(td))) return;
  if (!undoing && !state.sending && value !== td.dataset.value) undone.push({ student, before: td.dataset.value });
  const again = state.failed?.value === value ? state.failed.key : null; // the same entry again is the same piece
  state.wanted = { value, key: again ?? crypto.randomUUID() };
  state.failed = null;
  show(td, "saving", value);
  send(student);
}

async function send(student) {
  const state = stateOf(student);
  if (state.sending || !state.wanted) return;
  state.sending = true;
  const { value, key } = state.wanted;
  const before = cellOf(student);
  try {
    await window.htmx.ajax("POST", form.dataset.cells.replace(ZERO, student), {
      source: before,
      target: before,
      swap: "outerHTML",
      values: { value, key, expected: before.dataset.expected },
    });
  } catch {
    // no answer came: said below, kept in the cell
  }
  state.sending = false;
  const after = cellOf(student);
  const newer = state.wanted?.key === key ? null : state.wanted;
  if (after === before) {
    if (newer) return send(student); // something newer was said meanwhile: that one is tried
    state.failed = { value, key };
    state.wanted = null;
    show(after, "fault", value);
    problem(after, navigator.onLine ? form.dataset.fault : form.dataset.offline);
    count();
    return;
  }
  if (stop && !stop.isConnected) {
    stop = document.getElementById(stop.id) ?? buttonOf(after);
  }
  for (const one of stops(after.closest("tr"))) one.tabIndex = one === stop ? 0 : -1;
  if (newer) return send(student);
  state.wanted = null;
  if (after.dataset.state === "conflict") {
    const last = undone.findLastIndex((one) => one.student === student);
    if (last >= 0) undone.splice(last, 1); // nothing was saved, so there is nothing to go back to
    // htmx gave the focus back to the button of the new cell; who has gone on meanwhile is left where they are
    if (after.contains(document.activeElement) || document.activeElement === document.body) {
      close();
      after.querySelector("[data-decide]").focus();
    } else {
      say(`${after.dataset.name} ${form.dataset.differs}`, "fault");
    }
  } else if (after.dataset.state === "fault") {
    state.failed = { value, key: null }; // the server refused it: the next try is a new entry
    say(`${after.dataset.name}: ${after.querySelector(".field-error").textContent}`, "fault");
  } else if (current === student && !keys.hidden) {
    open(after);
  }
  askSoon();
  if (current && !keys.hidden) place(cellOf(current)); // what arrived may have moved the cells
  count(after, value);
}

/** A worker is on it: look for the new level before the next regular look. */
let asking = 0;
function askSoon() {
  clearTimeout(asking);
  asking = setTimeout(() => window.htmx.trigger("#level-poll", "asked"), 1200);
}

/** Draw what was entered before the answer is there, or when there was none. */
function show(td, state, value) {
  td.dataset.state = state;
  td.querySelector(".entry-conflict")?.remove();
  td.querySelector(".field-error")?.remove();
  const shown = td.querySelector(".entry-value");
  const known = keys.querySelector(`[data-value="${value}"] :is(.level, .quiet)`);
  if (value === "clear") shown.textContent = "·";
  else if (known) shown.replaceChildren(known.cloneNode(true));
  else shown.textContent = value;
  if (current === td.dataset.student && !keys.hidden) open(td);
}

function problem(td, text) {
  const line = document.createElement("p");
  line.className = "field-error";
  line.textContent = text;
  td.append(line);
}

function count(td = null, value = "") {
  const cells = [...table.querySelectorAll("td.entry")];
  const seen = cells.filter((one) => "saved" in one.dataset || one.querySelector(".entry-other")).length;
  status.querySelector("[data-seen]").textContent = seen;
  undoButton.disabled = undone.length === 0;
  if (!td || td.dataset.state) return;
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  status.querySelector("[data-saved]").textContent = status.dataset.savedAt.replace("{time}", time);
  const words = value === "clear" ? form.dataset.takenBack : td.querySelector(".entry-value").textContent;
  status.querySelector("[data-last]").textContent = ` ${td.dataset.name}: ${words}`;
}

function undo() {
  const last = undone.pop();
  if (!last) return;
  const td = cellOf(last.student);
  set(last.student, last.before || "clear", { undoing: true });
  land(buttonOf(td));
  count();
}
undoButton.addEventListener("click", undo);

addEventListener("online", () => {
  for (const [student, state] of states) if (state.failed) set(student, state.failed.value, { undoing: true });
});
addEventListener("beforeunload", (event) => {
  if ([...states.values()].some((state) => state.failed || state.wanted)) event.preventDefault();
});

/* ------------------------------------------------------------------ keys */
/** The value a key stands for on this cell; undefined when it stands for none. */
function meant(event, td) {
  if (event.key === "Delete" || event.key === "Backspace") return "clear";
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? (/^\d$/.test(event.key) ? event.key : null);
  if (digit === "0") return "seen";
  if (digit) {
    const level = levels[Number(digit) - 1];
    if (level === undefined) return undefined;
    const half = event.shiftKey && Number(level) < top;
    return half ? String(Number(level) + 0.5) : level;
  }
  if (event.key === "." || event.key === ",") return halfOf(td);
  return undefined;
}

function halfOf(td) {
  const value = Number(shownValue(td) || NaN);
  if (Number.isNaN(value)) return undefined;
  if (value % 1) return String(value - 0.5);
  return value < top ? String(value + 0.5) : undefined;
}

function beside(cell, down, across) {
  const all = rows();
  const row = all[all.indexOf(cell.closest("tr")) + down];
  return row?.cells[cell.cellIndex + across]?.querySelector("a, .entry-cell");
}

function keyed(event) {
  if (event.isComposing || event.target.closest(".entry-conflict")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) {
    event.preventDefault();
    return undo();
  }
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (!(event.ctrlKey && (event.key === "Home" || event.key === "End"))) return;
  }
  const inside = event.target.closest("#entry-keys");
  const cell = inside ? cellOf(current) : event.target.closest("td, th");
  if (!cell) return;
  const rtl = getComputedStyle(table).direction === "rtl" ? -1 : 1;
  const all = rows();
  const line = cell.closest("tr");
  const edge = (row) => row.cells[cell.cellIndex]?.querySelector("a, .entry-cell");
  const moves = {
    ArrowDown: () => beside(cell, 1, 0),
    ArrowUp: () => beside(cell, -1, 0),
    ArrowRight: () => beside(cell, 0, rtl),
    ArrowLeft: () => beside(cell, 0, -rtl),
    Home: () => (event.ctrlKey ? edge(all[0]) : stops(line)[0]),
    End: () => (event.ctrlKey ? edge(all.at(-1)) : stops(line).at(-1)),
    PageDown: () => edge(all[Math.min(all.indexOf(line) + 10, all.length - 1)]),
    PageUp: () => edge(all[Math.max(all.indexOf(line) - 10, 0)]),
  };
  if (event.key in moves && !inside) {
    event.preventDefault();
    return land(moves[event.key]());
  }
  if (!cell.matches("td.entry")) return;
  if (event.key === "Escape") {
    event.preventDefault();
    buttonOf(cell).focus();
    return close();
  }
  if (event.key === "Enter" && !inside) {
    event.preventDefault();
    const failed = stateOf(cell.dataset.student).failed;
    if (failed) return set(cell.dataset.student, failed.value, { undoing: true });
    return land(beside(cell, event.shiftKey ? -1 : 1, 0));
  }
  const value = meant(event, cell);
  if (value === undefined) return;
  event.preventDefault();
  if (event.repeat) return;
  if (inside) buttonOf(cell).focus();
  set(cell.dataset.student, value);
}
table.addEventListener("keydown", keyed);
keys.addEventListener("keydown", keyed);

/* ------------------------------------------------------------------ pointer and touch */
table.addEventListener("click", (event) => {
  const decide = event.target.closest("[data-decide]");
  const td = event.target.closest("td.entry");
  if (decide) {
    if (decide.dataset.decide === "mine") {
      buttonOf(td).focus();
      set(td.dataset.student, decide.dataset.value);
    } else {
      td.querySelector(".entry-conflict").remove();
      delete td.dataset.state;
      buttonOf(td).focus();
      count();
    }
    return;
  }
  const button = event.target.closest(".entry-cell");
  if (!button) return;
  const failed = stateOf(td.dataset.student).failed;
  if (failed) set(td.dataset.student, failed.value, { undoing: true });
  land(button);
  if (td.dataset.state !== "conflict") open(td);
});

keys.addEventListener("click", (event) => {
  const td = current && cellOf(current);
  if (!td) return;
  if (event.target.closest("[data-close]")) {
    buttonOf(td).focus();
    return close();
  }
  const button = event.target.closest("[data-value], [data-half]");
  if (!button || performance.now() - advancedAt < DOUBLE_TAP) return;
  const value = "half" in button.dataset ? halfOf(td) : button.dataset.value;
  if (value === undefined) return;
  set(td.dataset.student, value);
  const next = sheet.matches && !("half" in button.dataset) && value !== "clear" && beside(td, 1, 0);
  if (next) {
    advancedAt = performance.now();
    land(next);
  } else {
    buttonOf(cellOf(td.dataset.student)).focus();
  }
});

count();
