/* Moving competencies in the outline of a working copy: by its buttons, by keyboard, by dragging.
   Without this file the buttons post the form and the page comes back at the moved one.

   Every way ends in `send`: the server decides, then the row is moved here, said aloud, and keeps the focus. */

import { say } from "./throughline.js";

const TOOLS = "button.step";

function outlineOf(element) {
  return element.closest("form[data-outline]");
}
const itemOf = (element) => element.closest(".outline-item");
const lineOf = (item) => item.querySelector(":scope > .outline-line");
const nameOf = (item) => lineOf(item).querySelector(".outline-name");
const listIn = (item) => item.querySelector(":scope > details .outline");
const parentOf = (item) => itemOf(item.parentElement);

/* ---- roving: one row is in the order of Tab, arrows go through the rows that are shown */
function shown(outline) {
  return [...outline.querySelectorAll(".outline-item")].filter((item) => item.offsetParent !== null);
}

function activate(item, focus = false) {
  const outline = outlineOf(item);
  if (!outline) return;
  for (const other of outline.querySelectorAll(".outline-item")) {
    const is = other === item;
    nameOf(other).tabIndex = is ? 0 : -1;
    for (const button of lineOf(other).querySelectorAll(TOOLS)) button.tabIndex = is ? 0 : -1;
    const summary = other.querySelector(":scope > details > summary");
    if (summary) summary.tabIndex = is ? 0 : -1;
  }
  if (focus) nameOf(item).focus();
}

function prepare(outline) {
  for (const item of outline.querySelectorAll(".outline-item")) item.draggable = true;
  const current = outline.querySelector(".outline-name:focus") ?? outline.querySelector(".outline-name[tabindex='0']");
  const first = current ? itemOf(current) : outline.querySelector(".outline-item");
  if (first) activate(first);
}

/* ---- one way to move */
async function send(outline, fields, place, item, focused) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", outline.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  let answer;
  try {
    const response = await fetch(outline.action, {
      method: "POST", body, credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" },
    });
    answer = await response.json();
  } catch {
    say(outline.dataset.saidFault, "fault");
    return;
  }
  if (answer.problem) {
    say(answer.problem, "fault");
    return;
  }
  if (!place()) {
    location.hash = item.id; // it went where nothing is shown yet: the page comes back with it
    location.reload();
    return;
  }
  say(answer.said);
  activate(item);
  (focused?.isConnected ? focused : nameOf(item)).focus();
}

function step(item, how, focused) {
  const outline = outlineOf(item);
  const places = {
    up() {
      const other = item.previousElementSibling;
      other?.before(item);
      return Boolean(other);
    },
    down() {
      const other = item.nextElementSibling;
      other?.after(item);
      return Boolean(other);
    },
    into() {
      const list = item.previousElementSibling && listIn(item.previousElementSibling);
      list?.append(item);
      list?.closest("details")?.setAttribute("open", "");
      return Boolean(list);
    },
    out() {
      const parent = parentOf(item);
      parent?.after(item);
      return Boolean(parent);
    },
  };
  send(outline, { place: `${how}:${item.dataset.item}` }, places[how], item, focused);
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.matches(TOOLS) || !outlineOf(button)) return;
  event.preventDefault();
  step(itemOf(button), button.value.split(":")[0], button);
});

/* ---- by keyboard */
const backwards = () => getComputedStyle(document.documentElement).direction === "rtl";

document.addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow") || !event.target.closest?.("form[data-outline]")) return;
  if (!event.target.matches(".outline-name") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const item = itemOf(event.target);
  const inwards = event.key === (backwards() ? "ArrowLeft" : "ArrowRight");
  const outwards = event.key === (backwards() ? "ArrowRight" : "ArrowLeft");
  event.preventDefault();
  if (event.altKey) {
    step(item, event.key === "ArrowUp" ? "up" : event.key === "ArrowDown" ? "down" : inwards ? "into" : "out", null);
    return;
  }
  const details = item.querySelector(":scope > details");
  if (inwards) {
    if (details && !details.open) details.open = true;
    else if (listIn(item)?.firstElementChild) activate(listIn(item).firstElementChild, true);
    return;
  }
  if (outwards) {
    if (details?.open) details.open = false;
    else if (parentOf(item)) activate(parentOf(item), true);
    return;
  }
  const rows = shown(outlineOf(item));
  const next = rows[rows.indexOf(item) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) activate(next, true);
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.(".outline-item");
  if (item && outlineOf(item) && nameOf(item).tabIndex !== 0) activate(item);
});

/* ---- by dragging */
let dragged = null;

function unmark() {
  for (const line of document.querySelectorAll("[data-drop]")) delete line.dataset.drop;
}

function whereOn(line, y) {
  const box = line.getBoundingClientRect();
  const part = (y - box.top) / box.height;
  return part < 0.3 ? "before" : part > 0.7 ? "after" : "into";
}

document.addEventListener("dragstart", (event) => {
  const item = event.target.closest?.(".outline-item");
  if (!item || !outlineOf(item)) return;
  dragged = item;
  item.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", item.dataset.name);
});
document.addEventListener("dragover", (event) => {
  const line = event.target.closest?.(".outline-line");
  unmark();
  if (!dragged || !line || dragged.contains(line) || outlineOf(line) !== outlineOf(dragged)) return;
  event.preventDefault();
  line.dataset.drop = whereOn(line, event.clientY);
});
document.addEventListener("drop", (event) => {
  const line = event.target.closest?.(".outline-line");
  const how = line?.dataset.drop;
  const item = dragged;
  unmark();
  if (!item || !how) return;
  event.preventDefault();
  const target = itemOf(line);
  const parent = how === "into" ? target : parentOf(target);
  const above = target.previousElementSibling === item ? item.previousElementSibling : target.previousElementSibling;
  const previous = how === "after" ? target : how === "before" ? above : null;
  const fields = { item: item.dataset.item, under: parent ? parent.dataset.item : outlineOf(item).dataset.branch ?? "" };
  if (previous) fields.after = previous.dataset.item;
  if (how === "before" && !previous) fields.first = "yes";
  const place = () => {
    if (how === "into") {
      listIn(target)?.append(item);
      return Boolean(listIn(target));
    }
    target[how](item);
    return true;
  };
  send(outlineOf(item), fields, place, item, null);
});
document.addEventListener("dragend", () => {
  if (dragged) delete dragged.dataset.dragged;
  dragged = null;
  unmark();
});

/* ---- rows that arrive later */
for (const outline of document.querySelectorAll("form[data-outline]")) prepare(outline);
for (const hint of document.querySelectorAll("[data-outline-hint]")) hint.hidden = false;
document.body.addEventListener("htmx:load", (event) => {
  const outline = event.detail.elt.closest?.("form[data-outline]");
  if (outline) prepare(outline);
});
